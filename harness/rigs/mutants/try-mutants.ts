// Tries mutants: where they were killed before first, and the rest wherever they could be seen.
import pMap from 'p-map'
import { messageOf, UserError } from '../../../core/errors.ts'
import type { Fate, Killer } from '../../mutation/fate.ts'
import type { Mutant } from '../../mutation/mutants.ts'
import type { Court, Finding } from './court.ts'
import type { Ground } from './ground.ts'
import type { Fillings, Part } from './parts.ts'

/** Two cores; ClickHouse takes as many threads as it needs itself. */
const AT_A_TIME = 3

/** Where a mutant is looked for. What is stored or read otherwise is seen in everything there is, which is asked first. */
const WINDOWS = { ask: Number.POSITIVE_INFINITY, make: 3, insert: 1 } as const

export interface Trial {
  readonly court: Court
  readonly parts: readonly Part[]
  readonly grounds: readonly Ground[]
  /** Who killed it before, by id. What is not killed by that one is tried everywhere. */
  readonly killers: ReadonlyMap<string, Killer>
  /** Statements that give what fills the tables the functions of now. */
  readonly fillings: Fillings
  readonly progress: (message: string) => void
}

interface Case {
  readonly part: Part
  readonly mutant: Mutant
}

/** The fate of every mutant, by id. @throws UserError when an unmutated query does not answer what the oracle does */
export async function tryMutants(trial: Trial): Promise<Map<string, Fate>> {
  const { parts, grounds, killers } = trial
  const cases = parts.flatMap((part) => part.mutants.map((mutant) => ({ part, mutant })))
  const fates = new Map<string, Fate>()
  const left = () => cases.filter(({ mutant }) => !fates.has(mutant.id))
  for (const ground of grounds) {
    const here = left().filter(({ mutant }) => killers.get(mutant.id)?.ground === ground.name)
    await tryOn(trial, ground, here, fates)
  }
  for (const ground of grounds) await tryOn({ ...trial, killers: new Map() }, ground, left(), fates)
  for (const { mutant } of left()) fates.set(mutant.id, { kind: 'survived' })
  return fates
}

async function tryOn(trial: Trial, ground: Ground, all: readonly Case[], fates: Map<string, Fate>): Promise<void> {
  const cases = all.filter(({ part, mutant }) => places(trial, ground, part, mutant).length > 0)
  if (cases.length === 0) return
  const { court } = trial
  let done = 0
  const tell = () => {
    done += 1
    if (done % 20 === 1) trial.progress(`${ground.name}: mutant ${done} of ${cases.length}`)
  }
  await court.enter(ground)
  const one = async ({ part, mutant }: Case) => {
    tell()
    const fate = await (part.way === 'ask' ? asked : made)(trial, ground, part, mutant)
    if (fate !== undefined) fates.set(mutant.id, fate)
  }
  const of = (way: Part['way']) => cases.filter(({ part }) => part.way === way)
  await pMap(of('ask'), one, { concurrency: AT_A_TIME })
  await pMap(of('make'), one, { concurrency: 1 })
  // What is not mutated is asked before what is stored is.
  for (const { part, mutant } of of('insert')) await passing(trial, places(trial, ground, part, mutant))
  await pMap(of('insert'), one, { concurrency: 1 })
  if (of('insert').length > 0) await fill(trial, ['logs', 'points'])
}

async function passing({ court }: Trial, all: readonly Killer[]): Promise<void> {
  for (const { query, asked: at } of all) await court.passes(query, at)
}

/** Where to look: there where it was killed before, or everywhere. */
function places({ killers }: Trial, ground: Ground, part: Part, mutant: Mutant): Killer[] {
  const killer = killers.get(mutant.id)
  if (part.way === 'insert' && ground.isForInserts !== true) return []
  if (killer !== undefined) return ground.asked.length > killer.asked ? [killer] : []
  const windows = ground.asked.slice(0, WINDOWS[part.way])
  const queries = part.queries.filter((query) => ground.queries?.has(query) ?? true)
  return queries.flatMap((query) => windows.map((_, asked) => ({ ground: ground.name, asked, query })))
}

function fateOf(finding: Finding, by: Killer): Fate | undefined {
  if (finding.kind === 'equal') return undefined
  return finding.kind === 'different' ? { kind: 'killed', by, how: finding.how } : finding
}

async function asked(trial: Trial, ground: Ground, part: Part, mutant: Mutant): Promise<Fate | undefined> {
  for (const place of places(trial, ground, part, mutant)) {
    await trial.court.passes(place.query, place.asked)
    const fate = fateOf(await trial.court.find(place.query, place.asked, mutant.sql), place)
    if (fate !== undefined) return fate
  }
  return undefined
}

/** The mutant takes the place of what it is a mutant of, and gives it back. */
async function made(trial: Trial, ground: Ground, part: Part, mutant: Mutant): Promise<Fate | undefined> {
  const { court } = trial
  const { admin } = court.roles
  const all = places(trial, ground, part, mutant)
  if (all.length === 0) return undefined
  await passing(trial, all)
  try {
    await admin.run(mutant.sql)
    if (part.way === 'insert') await fill(trial, ground.sent.points.length > 0 ? ['logs', 'points'] : ['logs'])
  } catch (error) {
    await admin.run(part.sql)
    return { kind: 'invalid', how: messageOf(error).replace(/^.*?: /, '') }
  }
  try {
    // What fills tables is seen when they are filled anew.
    if (part.way === 'insert') await court.enter(ground)
    for (const place of all) {
      const fate = fateOf(await court.find(place.query, place.asked), place)
      if (fate !== undefined) return fate
    }
    return undefined
  } catch (error) {
    // What cannot be stored is not found.
    const [by] = all
    if (by === undefined || !(error instanceof UserError)) throw error
    return { kind: 'killed', by, how: messageOf(error) }
  } finally {
    await admin.run(part.sql)
  }
}

/** A function is written out where it is used: what fills the tables gets the functions of now. */
async function fill({ court, fillings }: Trial, signals: readonly (keyof Fillings)[]): Promise<void> {
  for (const signal of signals) if (fillings[signal] !== '') await court.roles.admin.run(fillings[signal])
}
