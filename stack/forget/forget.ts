// Forgets a person: waits until nothing is under way, keeps out what still comes, and deletes what is stored.
import { nowMs } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import { connect } from '../clickhouse/database.ts'
import type { Stack } from '../runtime/runtime.ts'
import { type Erased, erase } from './erase.ts'
import { type Beside, type Found, findBeside, findPerson } from './find.ts'
import { personMark } from './person.ts'
import { type Waiting, type WaitingSources, whatWaits } from './waiting.ts'

/** A query reads every row; of years of a team that takes a while. */
const ANSWER_MS = 1_800_000

export interface ForgetOptions {
  readonly stack: Pick<Stack, 'passwords' | 'database'> & { readonly endpoints: { readonly clickhouseHttp: string } }
  readonly sources: WaitingSources
  /** What the person may be stored as. */
  readonly values: readonly string[]
  /** Tells what there is, and changes nothing. */
  readonly dryRun: boolean
  /** How long to wait for what is under way. */
  readonly waitMs: number
  readonly progress: (message: string) => void
}

export interface Forgotten {
  readonly found: Found
  readonly beside: readonly Beside[]
  /** What is under way: empty but for a dry run. */
  readonly waiting: readonly string[]
  /** Null for a dry run. */
  readonly erased: Erased | null
}

/** @throws UserError when something waits still: then nothing is changed; when ClickHouse does not answer, or cannot delete */
export async function forget({ stack, sources, values, dryRun, waitMs, progress }: ForgetOptions): Promise<Forgotten> {
  const marks = values.map(personMark)
  const now = await (dryRun ? whatWaits(sources) : atRest(sources, waitMs, progress))
  await using database = connect(stack, 'admin', { answerMs: ANSWER_MS })
  progress('looking for the person')
  const found = await findPerson(database, marks)
  const beside = await findBeside(database, marks)
  const erased = dryRun ? null : await erase(database, marks, progress)
  return { found, beside, waiting: [...now.stays, ...now.waits], erased }
}

/** Waits until nothing waits. @throws UserError when it does in the end */
async function atRest(sources: WaitingSources, waitMs: number, progress: (message: string) => void): Promise<Waiting> {
  const endMs = nowMs() + waitMs
  for (;;) {
    const waiting = await whatWaits(sources)
    const [stays] = waiting.stays
    if (stays !== undefined)
      throw new UserError(
        `nothing is deleted: there ${/^1 /.test(stays) ? 'is' : 'are'} ${stays}; look at them and remove them, then run it again`,
      )
    const [waits] = waiting.waits
    if (waits === undefined) return waiting
    if (nowMs() >= endMs) throw new UserError(`nothing is deleted: ${waits}; when that is over, run it again`)
    progress(waits)
  }
}
