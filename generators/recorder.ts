// Writes a session's events one after the other: record and expectation side by side.
import { isoTime } from '../core/clock.ts'
import type { LogRecord } from '../core/otlp/otlp.ts'
import type { ExpectedLog } from './batch.ts'
import { concat, type Envelope, write } from './envelope.ts'
import { type Fields, int, string } from './fields.ts'
import type { VersionProfile } from './profiles.ts'

/** One event of a session: what is sent, and what must be stored of it. */
export interface SessionEvent {
  readonly atMs: number
  readonly name: string
  readonly record: LogRecord
  readonly expected: ExpectedLog
  readonly planted: readonly string[]
}

export interface Recorder {
  readonly events: readonly SessionEvent[]
  /** Adds an event at a time; `promptId` is undefined before the first prompt. */
  record(name: string, atMs: number, promptId: string | undefined, fields: Fields): void
}

export const logsScope = 'com.anthropic.claude_code.events'

/** `skewed` says of an event's number whether its event.timestamp is a millisecond behind, as the real client's sometimes is. */
export function createRecorder(
  profile: VersionProfile,
  envelope: Envelope,
  skewed: (sequence: number) => boolean,
): Recorder {
  const events: SessionEvent[] = []
  return {
    events,
    record(name, atMs, promptId, fields) {
      const sequence = events.length
      const head: Fields = {
        'event.name': string(name),
        'event.timestamp': string(isoTime(skewed(sequence) ? atMs - 1 : atMs)),
        'event.sequence': int(sequence),
        'prompt.id': promptId === undefined ? undefined : string(promptId),
      }
      const attributes = concat(envelope.common, write({ ...head, ...fields }, profile))
      const body = `claude_code.${name}`
      const time = `${atMs}000000`
      events.push({
        atMs,
        name,
        record: {
          timeUnixNano: time,
          observedTimeUnixNano: time,
          body: { stringValue: body },
          attributes: attributes.sent,
        },
        expected: {
          signal: 'logs',
          fate: attributes.excludes ? 'exclude' : 'store',
          timeUnixNano: time,
          body,
          eventName: '',
          severityText: '',
          severityNumber: 0,
          scopeName: logsScope,
          scopeVersion: profile.version,
          resource: envelope.resource.stored,
          attributes: attributes.stored,
        },
        planted: attributes.planted,
      })
    },
  }
}
