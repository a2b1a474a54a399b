// What a load is like, gathered run by run: when its events are, how large they are, what they cost.

import { stopSignal } from '../../core/cleanup.ts'
import { sleep } from '../../core/clock.ts'
import { Quantiles } from '../quantiles.ts'
import type { Session } from '../sessions/session.ts'

const HOUR_MS = 3_600_000

export interface Survey {
  /** Distinct values of session.id. */
  readonly sessions: number
  /** Starts of the client: a session has several when it is resumed, or when processes share it. */
  readonly runs: number
  readonly events: number
  readonly dataPoints: number
  /** Distinct values of user.id and versions of the client. */
  readonly people: number
  readonly versions: number
  /** Events of each hour, by the number of the hour since 1970. */
  readonly hours: ReadonlyMap<number, number>
  /** USD of each day, by the number of the day since 1970 (UTC). */
  readonly costOfDays: ReadonlyMap<number, number>
  readonly costOfModels: ReadonlyMap<string, number>
  /** Bytes of a record as OTLP JSON, by the event's name. */
  readonly bytes: ReadonlyMap<string, Quantiles>
  readonly eventsOfRun: Quantiles
  readonly minutesOfRun: Quantiles
  readonly promptCharacters: Quantiles
}

/** @throws the reason of a stop */
export async function survey(sessions: Iterable<Session>, told: (events: number) => void = () => {}): Promise<Survey> {
  const ids = new Set<string>()
  const people = new Set<string>()
  const versions = new Set<string>()
  const hours = new Map<number, number>()
  const costOfDays = new Map<number, number>()
  const costOfModels = new Map<string, number>()
  const bytes = new Map<string, Quantiles>()
  const [eventsOfRun, minutesOfRun, promptCharacters] = [new Quantiles(), new Quantiles(), new Quantiles()]
  const add = <K>(map: Map<K, number>, key: K, value: number) => void map.set(key, (map.get(key) ?? 0) + value)
  let events = 0
  let dataPoints = 0
  for (const session of sessions) {
    ids.add(session.context.sessionId)
    people.add(session.context.userId)
    versions.add(session.profile.version)
    eventsOfRun.add(session.events.length)
    minutesOfRun.add((session.endMs - session.startMs) / 60_000)
    events += session.events.length
    dataPoints += session.metrics.reduce((sum, { expected }) => sum + expected.length, 0)
    for (const { atMs, name, record, expected } of session.events) {
      add(hours, Math.floor(atMs / HOUR_MS), 1)
      const sizes = bytes.get(name) ?? new Quantiles()
      bytes.set(name, sizes)
      sizes.add(Buffer.byteLength(JSON.stringify(record)))
      const { cost_usd: cost, model, prompt_length: length } = expected.attributes
      if (name === 'user_prompt') promptCharacters.add(Number(length))
      if (cost === undefined) continue
      add(costOfDays, Math.floor(atMs / (24 * HOUR_MS)), Number(cost))
      add(costOfModels, String(model), Number(cost))
    }
    told(events)
    // A signal is heard between two sessions.
    await sleep(0, stopSignal)
  }
  return {
    sessions: ids.size,
    runs: eventsOfRun.count,
    events,
    dataPoints,
    people: people.size,
    versions: versions.size,
    hours,
    costOfDays,
    costOfModels,
    bytes,
    eventsOfRun,
    minutesOfRun,
    promptCharacters,
  }
}
