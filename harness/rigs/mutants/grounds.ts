// All grounds, those first that tell most mutants from what they are mutants of.
import { auditGround } from './audit-ground.ts'
import { denseGround } from './dense-ground.ts'
import type { Ground } from './ground.ts'
import { manyGround } from './many-ground.ts'
import { namesGround } from './names-ground.ts'
import { randomGrounds } from './random-grounds.ts'
import { earlyGround, readingsGround } from './readings-ground.ts'

export function grounds(): Ground[] {
  return [
    denseGround(),
    manyGround(),
    auditGround(),
    namesGround(),
    readingsGround(),
    earlyGround(),
    ...randomGrounds(),
  ]
}
