// Whatever way ClickHouse takes to an answer, and however the rows lie on the disk, it is the same answer.
import fc from 'fast-check'
import { nowMs } from '../../core/clock.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { catalogue } from '../../harness/judge/catalogue/catalogue.ts'
import { asked } from '../../harness/rigs/query-catalogue/asked.ts'
import { differenceIn, type Roles, replace } from '../../harness/rigs/query-catalogue/asking.ts'
import { datasetOf } from '../../harness/rigs/query-catalogue/datasets.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

const DATASETS = { full: 50, standard: 3, smoke: 1 } as const
/** Ways of ClickHouse for each dataset, in each layout of its parts. */
const WAYS = 3
const TABLES = ['log_records', 'metric_points']
const QUERIES = Object.keys(catalogue)

/** What may be chosen about how a query is run, but nothing that may change what it means. */
const settings = fc.record({
  max_threads: fc.constantFrom(1, 2),
  max_block_size: fc.constantFrom(1, 2, 7, 65_409),
  preferred_block_size_bytes: fc.constantFrom(1, 1_000_000),
  optimize_move_to_prewhere: fc.constantFrom(0, 1),
  optimize_move_to_prewhere_if_final: fc.constantFrom(0, 1),
  query_plan_optimize_lazy_materialization: fc.constantFrom(0, 1),
  group_by_two_level_threshold: fc.constantFrom(0, 1, 100_000),
  group_by_two_level_threshold_bytes: fc.constantFrom(0, 1, 50_000_000),
  max_bytes_before_external_group_by: fc.constantFrom(0, 1, 200_000_000),
  max_bytes_ratio_before_external_group_by: fc.constant(0),
  max_bytes_before_external_sort: fc.constantFrom(0, 1, 200_000_000),
  max_bytes_ratio_before_external_sort: fc.constant(0),
  optimize_aggregation_in_order: fc.constantFrom(0, 1),
  optimize_read_in_order: fc.constantFrom(0, 1),
  compile_expressions: fc.constantFrom(0, 1),
  min_count_to_compile_expression: fc.constant(0),
  compile_aggregate_expressions: fc.constantFrom(0, 1),
  min_count_to_compile_aggregate_expression: fc.constant(0),
  join_algorithm: fc.constantFrom('hash', 'parallel_hash', 'grace_hash', 'full_sorting_merge', 'partial_merge'),
  do_not_merge_across_partitions_select_final: fc.constantFrom(0, 1),
  enable_vertical_final: fc.constantFrom(0, 1),
  use_skip_indexes: fc.constantFrom(0, 1),
  use_skip_indexes_if_final: fc.constantFrom(0, 1),
  session_timezone: fc.constantFrom('UTC', 'America/St_Johns', 'Asia/Kathmandu'),
})
type Settings = Readonly<Record<string, string | number>>

/** How rows lie: as they came, each insert a part; some merged; all merged. */
const LAYOUTS = {
  'before merges': async () => {},
  'amid merges': (admin: Database) => eachTable(admin, (table) => `OPTIMIZE TABLE telemetry.${table}`),
  'after merges': (admin: Database) => eachTable(admin, (table) => `OPTIMIZE TABLE telemetry.${table} FINAL`),
} as const

export const engine: Definition = {
  name: 'engine',
  title:
    'answers the same whatever way ClickHouse takes: threads, blocks, groups, joins, FINAL, zones, parts before and after merges',
  requirements: ['R7', 'R8'],
  profile: 'full',
  run: async (context) => {
    const stack = await context.ownStack()
    return runExperiment(
      context,
      { mark: 'engine' },
      async (experiment) => {
        const found = await differences(context, stack)
        for (const query of QUERIES)
          experiment.check('query', query, {
            actual: found.get(query) ?? 'as the oracle, each way',
            expected: 'as the oracle, each way',
          })
        experiment.measure('query', {
          name: 'random datasets, each asked in so many ways',
          value: DATASETS[context.profile],
          unit: 'datasets',
        })
      },
      stack,
    )
  },
}

async function differences(context: Context, stack: Stack): Promise<Map<string, string>> {
  await using admin = connect(stack, 'admin')
  await using ingest = connect(stack, 'ingest')
  const numRuns = DATASETS[context.profile]
  const ways = fc.array(settings, { minLength: 3 * WAYS, maxLength: 3 * WAYS })
  const datasets = fc.sample(fc.tuple(datasetOf(nowMs()), asked, ways), { seed: context.seed, numRuns })
  const found = new Map<string, string>()
  let left = QUERIES
  for (const [index, [sent, window, all]] of datasets.entries()) {
    // Copies and parts stay as they came until they are told to merge.
    for (const table of TABLES) await admin.run(`SYSTEM STOP MERGES telemetry.${table}`)
    await replace({ admin, ingest, analyst: admin }, sent)
    for (const [at, [layout, arrange]] of Object.entries(LAYOUTS).entries()) {
      if (at > 0) for (const table of TABLES) await admin.run(`SYSTEM START MERGES telemetry.${table}`)
      await arrange(admin)
      for (const [number, way] of all.slice(at * WAYS, (at + 1) * WAYS).entries()) {
        context.progress(`dataset ${index + 1} of ${numRuns}, ${layout}, way ${number + 1} of ${WAYS}`)
        const difference = await differenceOf(stack, { admin, ingest }, way, (roles) =>
          differenceIn(roles, context.stackDirectory, left, sent, [window]),
        )
        if (difference === undefined) continue
        const { query, text } = difference
        found.set(query, `dataset ${index + 1}, ${layout}, ${JSON.stringify(way)}: ${text}`)
        left = left.filter((name) => name !== query)
      }
    }
  }
  return found
}

async function differenceOf<T>(
  stack: Stack,
  roles: Omit<Roles, 'analyst'>,
  way: Settings,
  look: (roles: Roles) => Promise<T>,
): Promise<T> {
  await using analyst = connect(stack, 'analyst', { settings: way })
  return look({ ...roles, analyst })
}

async function eachTable(admin: Database, statement: (table: string) => string): Promise<void> {
  for (const table of TABLES) await admin.run(statement(table))
}
