// The input of all variants: seeded sessions, encoded once, so that the sender has nothing to do but to send.
import { encodeRequest } from '../../../core/otlp/codec.ts'
import { sessionsLoad } from '../../../generators/sessions/load.ts'

export interface Input {
  readonly seed: number
  readonly requests: readonly { readonly signal: 'logs' | 'metrics'; readonly bytes: Buffer }[]
  readonly requestBytes: number
  readonly logRecords: number
  readonly dataPoints: number
  /** Log records and data points that the policy keeps out. */
  readonly excluded: number
}

const SEED = 1
/** All of one month, so that every table has one partition of it. */
const START_MS = Date.parse('2026-01-10T08:00:00Z')
const SPREAD_MS = 8 * 3_600_000

/** Sessions 0 … sessions-1 of one seed: the same bytes each time. About 49 records a session. */
export function makeInput(sessions: number): Input {
  const { batches } = sessionsLoad({ seed: SEED, sessions, startMs: START_MS, spreadMs: SPREAD_MS })
  const requests = batches.map(({ signal, request }) => ({ signal, bytes: encodeRequest(request) }))
  const records = batches.flatMap(({ expected }) => expected)
  const logRecords = records.filter(({ signal }) => signal === 'logs').length
  return {
    seed: SEED,
    requests,
    requestBytes: requests.reduce((total, { bytes }) => total + bytes.length, 0),
    logRecords,
    dataPoints: records.length - logRecords,
    excluded: records.filter(({ fate }) => fate === 'exclude').length,
  }
}

/** Log records and data points. */
export function recordsOf(input: Pick<Input, 'logRecords' | 'dataPoints'>): number {
  return input.logRecords + input.dataPoints
}
