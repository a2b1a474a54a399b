// Typed columns: each holds what its attribute says, NULL when the attribute is missing, never 0 in its place.
import { type TypedColumn, typedColumns } from '../model/columns.ts'
import type { StoredEvent } from '../model/evidence.ts'
import { findingOf, type Oracle } from './oracle.ts'

type Cell = string | number | boolean | null
type Typed = Pick<StoredEvent, 'eventType' | 'attributes' | 'resource'>
/** What the column must hold; undefined where the row alone cannot tell. */
type Column = (event: Typed) => Cell | undefined

type KnownColumn = (event: Typed) => Cell

/** The attribute's value as it was stored, or null. */
const text =
  (key: string): KnownColumn =>
  ({ attributes }) =>
    attributes[key] ?? null
const either =
  (key: string): KnownColumn =>
  ({ attributes, resource }) =>
    attributes[key] ?? resource[key] ?? null
const resourceFirst =
  (key: string): Column =>
  ({ attributes, resource }) =>
    resource[key] ?? attributes[key] ?? null

function integer(value: Cell): number | null {
  if (typeof value !== 'string' || !/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(value)) return null
  if (!/^[+-]?\d+(\.0*)?$/.test(value)) return rounded(Number(value))
  // Beyond 2^53 the row's JSON and this number lose the same digits; beyond Int64 the column is NULL.
  const whole = BigInt(value.replace(/^\+|\..*$/g, ''))
  return BigInt.asIntN(64, whole) === whole ? Number(whole) : null
}

/** Half to even, as the database does it. */
function rounded(value: number): number | null {
  const down = Math.floor(value)
  const near = value - down === 0.5 ? down + (down % 2 === 0 ? 0 : 1) : Math.round(value)
  return Math.abs(near) < 2 ** 63 ? near : null
}

const int =
  (key: string): KnownColumn =>
  (event) =>
    integer(text(key)(event))
const float =
  (key: string): Column =>
  ({ attributes }) => {
    const value = attributes[key]
    return value !== undefined && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null
  }

const errorOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'authentication',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  413: 'request_too_large',
  429: 'rate_limit',
  529: 'overloaded',
}

const errorOfText: readonly (readonly [type: string, words: readonly string[]])[] = [
  ['timeout', ['timeout', 'timedout', 'time out', 'timed out', 'time-out', 'timed-out']],
  ['aborted', ['abort', 'cancel']],
  ['overloaded', ['overloaded']],
  ['rate_limit', ['ratelimit', 'rate limit', 'rate-limit', 'rate_limit', 'rate.limit']],
  ['connection', ['connect', 'econn', 'enotfound', 'network', 'socket', 'fetch failed', 'tls', 'certificate']],
]

function errorType(event: Typed): Cell {
  const { attributes, eventType } = event
  if (attributes.error_type !== undefined) return attributes.error_type
  if (eventType !== 'api_error' && eventType !== 'api_retries_exhausted') return null
  const status = int('status_code')(event)
  if (typeof status === 'number') {
    const named = errorOfStatus[status]
    if (named !== undefined) return named
    if (status >= 500 && status < 600) return 'server_error'
    if (status >= 400 && status < 500) return 'client_error'
  }
  const error = (attributes.error ?? '').toLowerCase()
  return errorOfText.find(([, words]) => words.some((word) => error.includes(word)))?.[0] ?? 'unknown'
}

// Written out by hand from docs/data-model.md, not derived from the schema: it is the schema that is judged.
const columns: Readonly<Record<TypedColumn, Column>> = {
  session_id: either('session.id'),
  user_id: resourceFirst('user.id'),
  organization_id: resourceFirst('organization.id'),
  chapter_id: either('chapter.number'),
  chapter_number: (event) => integer(either('chapter.number')(event)),
  feature_id: either('feature.id'),
  git_branch: either('git.branch'),
  code_version: ({ attributes, resource }) =>
    attributes['code.version'] ??
    resource['code.version'] ??
    attributes['app.version'] ??
    // Else it is the scope's version, which the view does not show.
    resource['service.version'],
  terminal_type: text('terminal.type'),
  sequence: int('event.sequence'),
  prompt_id: text('prompt.id'),
  prompt_length: int('prompt_length'),
  prompt_tokens_estimated: (event) => {
    const length = int('prompt_length')(event)
    return typeof length === 'number' && length >= 0 ? Math.ceil(length / 4) : null
  },
  response_length: int('response_length'),
  model: text('model'),
  query_source: text('query_source'),
  effort: text('effort'),
  speed: text('speed'),
  request_id: text('request_id'),
  tokens: (event) => {
    const parts = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'].map((key) =>
      int(key)(event),
    )
    const known = parts.filter((part) => typeof part === 'number')
    return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0)
  },
  input_tokens: int('input_tokens'),
  output_tokens: int('output_tokens'),
  cache_read_tokens: int('cache_read_tokens'),
  cache_creation_tokens: int('cache_creation_tokens'),
  cost_usd: float('cost_usd'),
  duration_ms: int('duration_ms'),
  ttft_ms: int('ttft_ms'),
  attempt: int('attempt'),
  status_code: int('status_code'),
  error: text('error'),
  error_type: errorType,
  tool_name: text('tool_name'),
  tool_use_id: text('tool_use_id'),
  success: ({ attributes }) => {
    const value = attributes.success?.toLowerCase()
    return value === 'true' ? true : value === 'false' ? false : null
  },
  decision: ({ attributes }) => attributes.decision ?? attributes.decision_type ?? null,
  decision_source: ({ attributes, eventType }) =>
    (eventType === 'tool_decision' ? attributes.source : attributes.decision_source) ?? null,
  tool_input_size_bytes: int('tool_input_size_bytes'),
  tool_result_size_bytes: int('tool_result_size_bytes'),
}

/** What every typed column must hold; undefined where that is the version of the scope. */
export function expectedCells(event: Typed): Record<TypedColumn, Cell | undefined> {
  return Object.fromEntries(typedColumns.map((name) => [name, columns[name](event)])) as Record<
    TypedColumn,
    Cell | undefined
  >
}

export const typedOracle: Oracle = {
  name: 'typed',
  judge(evidence) {
    if (!evidence.rules.typed || evidence.events.length === 0) return undefined
    const violations: string[] = []
    for (const event of evidence.events) {
      for (const name of typedColumns) {
        const expected = columns[name](event)
        const actual = event.columns[name] ?? null
        if (expected !== undefined && expected !== actual)
          violations.push(
            `${event.eventType} ${event.attributes['event.sequence'] ?? ''}: column ${name} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`,
          )
      }
    }
    return findingOf(
      'typed',
      violations,
      `${typedColumns.length} typed columns of ${evidence.events.length} rows agree with their attributes`,
      `${violations.length} typed values are wrong`,
    )
  },
}
