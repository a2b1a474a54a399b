// All grounds, those first that tell most mutants from what they are mutants of.
import { auditGround } from './audit-ground.ts'
import { denseGround } from './dense-ground.ts'
import { edgesGround, lateGround } from './edges-ground.ts'
import type { Ground } from './ground.ts'
import { manyGround } from './many-ground.ts'
import { namesGround } from './names-ground.ts'
import { randomGrounds } from './random-grounds.ts'
import { ratesGround } from './rates-ground.ts'
import { earlyGround, readingsGround, sampledReadingsGround } from './readings-ground.ts'
import { sampledGround } from './sampled-ground.ts'

export function grounds(): Ground[] {
  return [
    denseGround(),
    sampledGround(),
    manyGround(),
    auditGround(),
    namesGround(),
    readingsGround(),
    sampledReadingsGround(),
    ratesGround(),
    earlyGround(),
    edgesGround(),
    lateGround(),
    ...randomGrounds(),
  ]
}
