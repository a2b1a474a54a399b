// The daily stack in containers when a process of it is killed on the host, and when the engine itself is started again.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'
import { OWN_WORLD, ownEngineMissing } from './testing/own-engine.ts'

const run = promisify(execFile)
const missing = await ownEngineMissing()
const mapSchema = z.record(z.string(), z.number())
const sawSchema = z.object({
  killed: z.string(),
  down: mapSchema,
  up: mapSchema,
  untrue: z.array(z.string()),
  acknowledged: z.number(),
  after: z.string(),
})

test.skipIf(missing !== '')(
  `containers come back after a kill on the host and after a restart of the engine, status and doctor know it, and no acknowledged event is lost${missing && ` (skipped: ${missing})`}`,
  async () => {
    const [program, ...words] = [...OWN_WORLD, process.execPath, join(projectRoot, 'suites/testing/engine-trial.ts')]
    const { stdout } = await run(program, words, { timeout: 280_000, killSignal: 'SIGTERM' })
    const { killed, down, up, untrue, acknowledged, after } = sawSchema.parse(JSON.parse(stdout))
    expect(untrue).toEqual([])
    expect({ down: Object.keys(down).sort(), up: Object.keys(up).sort() }).toEqual({
      down: ['clickhouse', 'otel-collector'],
      up: ['clickhouse', 'otel-collector'],
    })
    expect(acknowledged).toBeGreaterThan(10)
    expect(killed).toMatch(/otel-collector +otel-collector ended at .*code 137/)
    expect(after).toContain('The stack is healthy')
  },
  300_000,
)
