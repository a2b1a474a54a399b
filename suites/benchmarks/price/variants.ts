// What is measured: the official pipeline, ours, ours cut off behind each stage, and ours with one guarantee less each.
import { configEdit } from './collector-config.ts'
import {
  endingInNothing,
  OFFICIAL_DATABASE,
  officialPipeline,
  oneRowClass,
  queuesInMemory,
  queueWithoutSync,
  withoutAnyProcessor,
  withoutProcessors,
} from './config-edits.ts'
import type { Edit } from './edit.ts'
import {
  collectorWithoutMemoryLimit,
  insertsWithoutSync,
  logsWithoutTypes,
  pointsWithoutTypes,
  withoutIdentity,
  withoutLastLine,
  withoutNormalForm,
  withoutViews,
} from './schema-edits.ts'

export interface Variant {
  readonly name: string
  readonly what: string
  /** What makes it of the stack as it is. */
  readonly edits: readonly Edit[]
  /** What the collector sends to ClickHouse: what the policy keeps, every record that came, or nothing at all. */
  readonly exports: 'kept' | 'all' | 'nothing'
  /** Where it must be afterwards; absent where ClickHouse keeps nothing. */
  readonly storage?: Storage
  /** What the stack promises and this variant does not. */
  readonly guarantee?: string
}

interface Storage {
  readonly database: string
  /** Counts what a query sees, as `rows`, without the stack's own health probes. */
  readonly countSql: string
  readonly expected: 'kept' | 'all'
}

const FUNCTIONS = 'clickhouse/schema/002-functions.sql'
const LOGS = 'clickhouse/schema/004-log-records.sql'
const POINTS = 'clickhouse/schema/005-metric-points.sql'
const LIMITS = 'clickhouse/config.d/limits.xml'

const ours: Storage = {
  database: 'telemetry',
  countSql: `SELECT (SELECT count() FROM telemetry.telemetry_events WHERE NOT mapContains(attributes, 'telemetry.probe'))
    + (SELECT count() FROM telemetry.telemetry_metrics) AS rows`,
  expected: 'kept',
}

const official: Storage = {
  database: OFFICIAL_DATABASE,
  countSql: `SELECT (SELECT count() FROM ${OFFICIAL_DATABASE}.otel_logs WHERE NOT mapContains(LogAttributes, 'telemetry.probe'))
    + (SELECT sum(total_rows) FROM system.tables WHERE database = '${OFFICIAL_DATABASE}' AND name LIKE 'otel\\_metrics\\_%') AS rows`,
  expected: 'all',
}

/** The names that stages are made of. */
export const OFFICIAL = 'official'
export const OURS = 'ours'
export const DECODE = 'decode-only'
export const PROCESS = 'processors-only'
export const LANDING = 'landing-only'
export const RAW = 'no-types'

const POLICY = ['transform/exclude', 'filter/exclude', 'transform/hash', 'transform/mask']
const GUARDS = ['transform/guard', 'transform/unset', 'probabilistic_sampler', 'transform/unmark', 'filter/probe']

export const variants: readonly Variant[] = [
  {
    name: OFFICIAL,
    what: "the exporter's own tables and defaults behind the processor batch",
    edits: [
      configEdit(officialPipeline),
      { file: LIMITS, change: insertsWithoutSync },
      { file: 'compose.yaml', change: collectorWithoutMemoryLimit },
    ],
    exports: 'all',
    storage: official,
  },
  { name: OURS, what: 'the stack as it is', edits: [], exports: 'kept', storage: ours },
  {
    name: DECODE,
    what: 'the collector decodes requests and drops them',
    edits: [configEdit((config) => endingInNothing(withoutAnyProcessor(config)))],
    exports: 'nothing',
  },
  {
    name: PROCESS,
    what: 'the collector drops records behind its processors',
    edits: [configEdit(endingInNothing)],
    exports: 'nothing',
  },
  {
    name: LANDING,
    what: 'ClickHouse takes records and keeps none',
    edits: [
      { file: LOGS, change: withoutViews },
      { file: POINTS, change: withoutViews },
    ],
    exports: 'kept',
  },
  oursWithout('no-policy', 'the policy in the collector: exclude, hash, mask', {
    edits: [configEdit((config) => withoutProcessors(config, POLICY))],
    exports: 'all',
  }),
  oursWithout('no-guards', 'odd times, unset values, sampling by session, health probes', {
    edits: [configEdit((config) => withoutProcessors(config, GUARDS))],
  }),
  oursWithout('one-class', 'three classes by the size of rows', { edits: [configEdit(oneRowClass)] }),
  oursWithout('queue-in-memory', 'a queue that survives the end of the collector', {
    edits: [configEdit(queuesInMemory), { file: 'compose.yaml', change: collectorWithoutMemoryLimit }],
  }),
  oursWithout('queue-not-synced', 'a queue that survives a power cut', { edits: [configEdit(queueWithoutSync)] }),
  oursWithout('no-last-line', "the database's own masks, and their audit", {
    edits: [{ file: FUNCTIONS, change: withoutLastLine }],
  }),
  oursWithout('no-normal-form', 'broken text in one normal form', {
    edits: [{ file: FUNCTIONS, change: withoutNormalForm }],
  }),
  oursWithout(RAW, 'typed columns', {
    edits: [
      { file: LOGS, change: logsWithoutTypes },
      { file: POINTS, change: pointsWithoutTypes },
    ],
  }),
  oursWithout('no-identity', 'exactly once in queries: the identity of a record', {
    edits: [
      { file: LOGS, change: withoutIdentity },
      { file: POINTS, change: withoutIdentity },
    ],
  }),
  oursWithout('inserts-not-synced', 'rows that survive a power cut', {
    edits: [{ file: LIMITS, change: insertsWithoutSync }],
  }),
]

/** The stack with one guarantee less. */
function oursWithout(
  name: string,
  guarantee: string,
  { edits, exports = 'kept' }: Pick<Variant, 'edits'> & Partial<Pick<Variant, 'exports'>>,
): Variant {
  return { name, what: `without: ${guarantee}`, guarantee, edits, exports, storage: ours }
}
