// The columns of flat files: those of telemetry_events and telemetry_metrics that a record has before it is in a database.
import { type TypedColumn, typedColumns } from '../judge/model/columns.ts'

export interface Column {
  readonly name: string
  /** ClickHouse's. */
  readonly type: string
}

const NUMBERS: ReadonlySet<TypedColumn> = new Set([
  'chapter_number',
  'sequence',
  'prompt_length',
  'prompt_tokens_estimated',
  'response_length',
  'tokens',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'duration_ms',
  'ttft_ms',
  'attempt',
  'status_code',
  'tool_input_size_bytes',
  'tool_result_size_bytes',
])
const TIME = "DateTime64(9, 'UTC')"
const TEXT = 'Nullable(String)'
const MAPS: readonly Column[] = [
  { name: 'attributes', type: 'Map(String, String)' },
  { name: 'resource_attributes', type: 'Map(String, String)' },
]

/** Body and scope are not in the view: the identity of a record without a sequence is made of them too. */
export const eventColumns: readonly Column[] = [
  { name: 'timestamp', type: TIME },
  { name: 'event_type', type: 'String' },
  ...typedColumns.map((name) => ({ name, type: typeOf(name) })),
  ...MAPS,
  { name: 'body', type: 'String' },
  { name: 'scope_name', type: 'String' },
]

/** From the attribute of this name, on the data point, or where else the data model says. */
export const pointTexts = [
  'session_id',
  'user_id',
  'organization_id',
  'chapter_id',
  'chapter_number',
  'feature_id',
  'git_branch',
  'code_version',
  'terminal_type',
  'type',
  'model',
  'query_source',
  'effort',
  'tool_name',
  'decision',
  'decision_source',
  'language',
  'start_type',
] as const
export type PointText = (typeof pointTexts)[number]

export const pointColumns: readonly Column[] = [
  { name: 'timestamp', type: TIME },
  { name: 'start_timestamp', type: `Nullable(${TIME})` },
  { name: 'metric_name', type: 'String' },
  { name: 'unit', type: 'String' },
  { name: 'kind', type: 'String' },
  { name: 'temporality', type: 'Int32' },
  { name: 'value', type: 'Nullable(Float64)' },
  ...pointTexts.map((name) => ({ name, type: name === 'chapter_number' ? 'Nullable(Int64)' : TEXT })),
  ...MAPS,
  { name: 'scope_name', type: 'String' },
]

export type Table = 'events' | 'metrics'

export const columnsOf: Readonly<Record<Table, readonly Column[]>> = { events: eventColumns, metrics: pointColumns }

/** `name Type, name Type`, as ClickHouse takes it. */
export function structureOf(table: Table): string {
  return columnsOf[table].map(({ name, type }) => `${name} ${type}`).join(', ')
}

function typeOf(name: TypedColumn): string {
  if (name === 'cost_usd') return 'Nullable(Float64)'
  if (name === 'success') return 'Nullable(Bool)'
  return NUMBERS.has(name) ? 'Nullable(Int64)' : TEXT
}
