// The load by which the contenders' CPU time is measured: log records of the generator's sessions, as requests and as texts.
import { encodeRequest } from '../../../core/otlp/codec.ts'
import { isLogsRequest } from '../../../core/otlp/otlp.ts'
import { sessionsLoad } from '../../../generators/sessions/load.ts'
import type { Input } from '../price/input.ts'

export interface TextLoad {
  readonly requests: Input['requests']
  /** One a record: the texts of its attributes, a line each with its name. */
  readonly texts: readonly string[]
}

/** Of a contender that is ready. */
export interface Cpu extends AsyncDisposable {
  /** User and system time for the whole load. */
  msFor(load: TextLoad): Promise<number>
}

const START_MS = Date.parse('2026-01-10T08:00:00Z')

/** Of one seed the same each time. */
export function makeLoad(seed: number, sessions: number): TextLoad {
  const { batches } = sessionsLoad({ seed, sessions, startMs: START_MS, spreadMs: 8 * 3_600_000 })
  const logs = batches.flatMap(({ request }) => (isLogsRequest(request) ? [request] : []))
  return {
    requests: logs.map((request) => ({ signal: 'logs', bytes: encodeRequest(request) })),
    texts: logs
      .flatMap(({ resourceLogs }) => resourceLogs)
      .flatMap(({ scopeLogs = [] }) => scopeLogs)
      .flatMap(({ logRecords = [] }) => logRecords)
      .map(({ attributes = [] }) =>
        attributes
          .flatMap(({ key, value }) => ('stringValue' in value ? [`${key}=${value.stringValue}\n`] : []))
          .join(''),
      ),
  }
}
