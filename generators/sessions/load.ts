// Many sessions as one load, interleaved in time as they would arrive from a team.
import { forkSeed } from '../../core/random.ts'
import type { Load } from '../batch.ts'
import type { WorkContext } from '../people.ts'
import { profileAt, type VersionProfile } from '../profiles.ts'
import type { Planting } from '../text-maker.ts'
import { generateSession } from './session.ts'
import { type BatchOptions, sessionBatches, type TimedBatch } from './session-batches.ts'

export interface SessionsLoadOptions extends BatchOptions {
  readonly seed: number
  readonly sessions: number
  /** The first session may start here: milliseconds since the epoch, whole. */
  readonly startMs: number
  /** The last session starts before `startMs + spreadMs`. */
  readonly spreadMs: number
  /** All profiles in turn when absent. */
  readonly profile?: VersionProfile
  readonly planting?: Planting
  readonly prompts?: number
  readonly context?: Partial<WorkContext>
}

/** Generates sessions 0 … sessions-1 of a seed; each batch holds records of one session, as each comes from one process. */
export function sessionsLoad(options: SessionsLoadOptions): Load {
  const { seed, sessions, startMs, spreadMs, profile, planting, prompts, context } = options
  const timed: TimedBatch[] = []
  const planted = new Set<string>()
  const sessionIds = new Set<string>()
  for (let index = 0; index < sessions; index += 1) {
    const session = generateSession({
      seed,
      index,
      profile: profile ?? profileAt(index),
      startMs: startMs + Math.floor((forkSeed(seed, `load/${index}/start`) / 2 ** 32) * spreadMs),
      ...(planting === undefined ? {} : { planting }),
      ...(prompts === undefined ? {} : { prompts }),
      ...(context === undefined ? {} : { context }),
    })
    timed.push(...sessionBatches(session, options))
    for (const text of session.planted) planted.add(text)
    sessionIds.add(session.context.sessionId)
  }
  timed.sort((a, b) => a.atMs - b.atMs)
  return { batches: timed.map(({ batch }) => batch), planted: [...planted], sessionIds: [...sessionIds] }
}
