// Mutants of the catalogue: the list that is kept has those of today, and of a fixed share of them each is killed or has its reason.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { outcomeOf } from '../harness/mutation/fate.ts'
import { readEquivalences, readKillers } from '../harness/rigs/mutants/kept.ts'
import { partsOf } from '../harness/rigs/mutants/parts.ts'
import { every, sit } from '../harness/rigs/mutants/sitting.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

/** One of so many; `queries/mutants` of the full profile tries them all. */
const SHARE = 100
/** Of those that answered. */
const MOST_EQUIVALENT = 0.12

const parts = await partsOf(stackDirectory)
const ids = parts.flatMap(({ mutants }) => mutants.map(({ id }) => id))
const equivalences = await readEquivalences()

let stack: Stack
beforeAll(async () => {
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
}, 120_000)
afterAll(async () => {
  await stack[Symbol.asyncDispose]()
  await cleanUp()
})

test('the list that is kept is of the mutants of today (else: npm run mutants -- --update)', async () => {
  const killers = await readKillers()
  expect([...killers.keys()]).toEqual(ids)
  const alive = equivalences.flatMap(({ mutants }) => mutants)
  expect(alive.filter((id) => killers.get(id) !== undefined || !killers.has(id))).toEqual([])
  expect(new Set(alive).size).toBe(alive.length)
  const killed = [...killers.values()].filter((killer) => killer !== undefined).length
  expect(killed).toBeGreaterThan(300)
  expect(alive.length / (alive.length + killed)).toBeLessThanOrEqual(MOST_EQUIVALENT)
})

test(`of every ${SHARE}th mutant the oracle says fail, or it is called equivalent`, async () => {
  const some = every(parts, SHARE)
  const fates = await sit({ stack, stackDirectory, parts: some, killers: await readKillers(), progress: () => {} })
  const { survivors, lies, timedOut, killed } = outcomeOf(fates, equivalences)
  expect({ survivors, lies, timedOut }).toEqual({ survivors: [], lies: [], timedOut: 0 })
  expect(killed).toBeGreaterThan(ids.length / SHARE / 2)
}, 300_000)
