// Typed columns: each holds what its attribute says, NULL when the attribute is missing, never 0 in its place.
import type { StoredEvent } from '../evidence.ts'
import { findingOf, type Oracle } from './oracle.ts'

type Cell = string | number | boolean | null
type Column = (event: StoredEvent) => Cell

/** The attribute's value as it was stored, or null. */
const text =
  (key: string): Column =>
  ({ attributes }) =>
    attributes[key] ?? null
const either =
  (key: string): Column =>
  ({ attributes, resource }) =>
    attributes[key] ?? resource[key] ?? null
const resourceFirst =
  (key: string): Column =>
  ({ attributes, resource }) =>
    resource[key] ?? attributes[key] ?? null

function integer(value: Cell): number | null {
  if (typeof value !== 'string' || !/^[+-]?\d+(\.0*)?$/.test(value)) return null
  // Beyond 2^53 the row's JSON and this number lose the same digits; beyond Int64 the column is NULL.
  const whole = BigInt(value.replace(/^\+|\..*$/g, ''))
  return BigInt.asIntN(64, whole) === whole ? Number(whole) : null
}

const int =
  (key: string): Column =>
  (event) =>
    integer(text(key)(event))
const float =
  (key: string): Column =>
  ({ attributes }) => {
    const value = attributes[key]
    return value !== undefined && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null
  }

// Written out by hand from docs/data-model.md, not derived from the schema: it is the schema that is judged.
const columns: Readonly<Record<string, Column>> = {
  session_id: either('session.id'),
  user_id: resourceFirst('user.id'),
  organization_id: resourceFirst('organization.id'),
  chapter_id: either('chapter.number'),
  chapter_number: (event) => integer(either('chapter.number')(event)),
  feature_id: either('feature.id'),
  git_branch: either('git.branch'),
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
  tool_name: text('tool_name'),
  tool_use_id: text('tool_use_id'),
  success: ({ attributes }) => {
    const value = attributes.success?.toLowerCase()
    return value === 'true' ? true : value === 'false' ? false : null
  },
  decision: ({ attributes }) => attributes.decision ?? attributes.decision_type ?? null,
}

export const typedColumns = Object.keys(columns)

export const typedOracle: Oracle = {
  name: 'typed',
  judge(evidence) {
    if (!evidence.rules.typed || evidence.events.length === 0) return undefined
    const faults: string[] = []
    for (const event of evidence.events) {
      for (const [name, column] of Object.entries(columns)) {
        const expected = column(event)
        const actual = event.columns[name] ?? null
        if (expected !== actual)
          faults.push(
            `${event.eventType} ${event.attributes['event.sequence'] ?? ''}: column ${name} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`,
          )
      }
    }
    return findingOf(
      'typed',
      faults,
      `${typedColumns.length} typed columns of ${evidence.events.length} rows agree with their attributes`,
      `${faults.length} typed values are wrong`,
    )
  },
}
