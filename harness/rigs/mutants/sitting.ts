// One sitting: mutants of a stack's files are tried on that stack, and what became of them is summed up.
import { UsageError } from '../../../core/errors.ts'
import { connect } from '../../../stack/clickhouse/database.ts'
import type { Stack } from '../../../stack/runtime/runtime.ts'
import { catalogue } from '../../judge/catalogue/catalogue.ts'
import type { Fate, Killer } from '../../mutation/fate.ts'
import { Court, type Oracle } from './court.ts'
import { grounds } from './grounds.ts'
import { fillings, type Part, partsOf } from './parts.ts'
import { POINTS, pointsAnswer, pointsQuery } from './points-query.ts'
import { tryMutants } from './try-mutants.ts'

/** An answer takes milliseconds. What takes longer than this is counted apart. */
const ANSWER_MS = 20_000

export interface Sitting {
  readonly stack: Stack
  readonly stackDirectory: string
  /** Whose mutants are tried, of all that `partsOf` gives. */
  readonly parts: readonly Part[]
  /** Who killed which before; those are asked first. */
  readonly killers: ReadonlyMap<string, Killer | undefined>
  readonly progress: (message: string) => void
  /** Another oracle than that of the catalogue, to try out what happens with it. */
  readonly oracle?: Oracle
}

const everyAnswer: Oracle = { ...catalogue, [POINTS]: pointsAnswer }

/** The fate of each mutant, by id. @throws UserError where what is not mutated does not answer what the oracle does */
export async function sit(sitting: Sitting): Promise<Map<string, Fate>> {
  const { stack, stackDirectory, parts, killers, progress, oracle = everyAnswer } = sitting
  await using admin = connect(stack, 'admin', { answerMs: ANSWER_MS })
  await using ingest = connect(stack, 'ingest')
  await using analyst = connect(stack, 'analyst', { answerMs: ANSWER_MS })
  const queries = (await partsOf(stackDirectory)).filter(({ way }) => way === 'ask')
  const originals = new Map([
    [POINTS, pointsQuery],
    ...queries.map(({ queries: [name = ''], sql }) => [name, sql] as const),
  ])
  const court = new Court({ admin, ingest, analyst }, originals, oracle)
  const known = new Map([...killers].flatMap(([id, killer]) => (killer === undefined ? [] : [[id, killer] as const])))
  return tryMutants({
    court,
    parts,
    grounds: grounds(),
    killers: known,
    fillings: await fillings(stackDirectory),
    progress,
  })
}

/** Parts with some of their mutants: every so manieth of all. */
export function every(parts: readonly Part[], nth: number): Part[] {
  let at = -1
  return parts.map((part) => ({
    ...part,
    mutants: part.mutants.filter(() => {
      at += 1
      return at % nth === 0
    }),
  }))
}

/** Parts whose names have one of these words in them. @throws UsageError for a word that is in none */
export function partsNamed(parts: readonly Part[], words: readonly string[]): Part[] {
  const unknown = words.find((word) => !parts.some(({ name }) => name.includes(word)))
  if (unknown !== undefined)
    throw new UsageError(
      `there is nothing to take apart that is named ${unknown}; there is: ${parts.map(({ name }) => name).join(', ')}`,
    )
  return parts.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
}
