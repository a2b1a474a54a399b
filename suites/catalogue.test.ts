// Whatever was sent, every query of the catalogue answers what its contract says: the oracle of harness/judge/catalogue/ reads the same records.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { nowMs } from '../core/clock.ts'
import { stackDirectory } from '../core/paths.ts'
import { catalogue } from '../harness/judge/catalogue/catalogue.ts'
import { firstDifference } from '../harness/judge/catalogue/compare.ts'
import type { Asked, Delivered } from '../harness/judge/catalogue/sent.ts'
import { ask, clear, load } from '../harness/rigs/query-catalogue.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { queryNames } from '../stack/clickhouse/query.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'
import { asked } from './testing/catalogue-asked.ts'
import { datasetOf } from './testing/catalogue-records.ts'

const DATASETS = Number(process.env.TELEMETRY_PROOF_DATASETS ?? 10)
const SEED = Number(process.env.TELEMETRY_PROOF_DATASETS_SEED ?? 20_261_126)
const PATH = process.env.TELEMETRY_PROOF_DATASETS_PATH
const WINDOWS = 3

let stack: Stack
let admin: Database
let ingest: Database
let analyst: Database
beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
  admin = connect(stack, 'admin')
  ingest = connect(stack, 'ingest')
  analyst = connect(stack, 'analyst')
}, 120_000)
afterAll(async () => {
  for (const database of [admin, ingest, analyst]) await database[Symbol.asyncDispose]()
  await stack[Symbol.asyncDispose]()
  await cleanUp()
})

/** Those that the oracle has, until one fails: a smaller dataset is looked for with that one alone. */
let queries = Object.keys(catalogue)
const SKIP = (process.env.TELEMETRY_PROOF_DATASETS_SKIP ?? '').split(',')

async function differenceOf(sent: Delivered, windows: readonly Asked[]): Promise<string | undefined> {
  for (const query of queries) {
    if (SKIP.includes(query)) continue
    for (const each of windows) {
      const difference = firstDifference(
        query,
        catalogue[query]?.(sent, each) ?? [],
        await ask(analyst, stackDirectory, query, each),
      )
      if (difference === undefined) continue
      queries = [query]
      return `${query}: ${difference}`
    }
  }
  return undefined
}

test('the oracle answers every query that there is, and no other', async () => {
  expect(Object.keys(catalogue).sort()).toEqual(await queryNames(stackDirectory))
})

test(
  'of any records, in any window, every query answers what the oracle does',
  async () => {
    const property = fc.asyncProperty(
      datasetOf(nowMs()),
      fc.array(asked, { minLength: WINDOWS, maxLength: WINDOWS }),
      fc.integer({ min: 1, max: 3 }),
      async (sent, windows, inserts) => {
        await clear(admin)
        await load(ingest, sent, inserts)
        const difference = await differenceOf(sent, windows)
        if (difference !== undefined) throw new Error(difference)
      },
    )
    await fc.assert(property, {
      seed: SEED,
      numRuns: DATASETS,
      ...(PATH === undefined ? {} : { path: PATH }),
    })
  },
  60_000 + DATASETS * 5000,
)
