// The schema itself: the columns that queries build on, and that it can be applied again while events arrive.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Definition } from '../../harness/scenario.ts'
import { migrate } from '../../stack/runtime/migrate.ts'
import { schemaFiles } from '../../stack/runtime/schema-files.ts'

/** The contract of telemetry_events: these columns with these types are what people's queries build on. */
const CONTRACT: Readonly<Record<string, string>> = {
  event_id: 'UUID',
  timestamp: "DateTime64(9, 'UTC')",
  event_type: 'LowCardinality(String)',
  session_id: 'LowCardinality(Nullable(String))',
  user_id: 'LowCardinality(Nullable(String))',
  organization_id: 'LowCardinality(Nullable(String))',
  chapter_id: 'LowCardinality(Nullable(String))',
  feature_id: 'LowCardinality(Nullable(String))',
  git_branch: 'LowCardinality(Nullable(String))',
  code_version: 'LowCardinality(Nullable(String))',
  prompt_length: 'Nullable(Int64)',
  prompt_tokens_estimated: 'Nullable(Int64)',
  model: 'LowCardinality(Nullable(String))',
  error_type: 'LowCardinality(Nullable(String))',
  tokens: 'Nullable(Int64)',
  cost_usd: 'Nullable(Float64)',
  duration_ms: 'Nullable(Int64)',
  tool_name: 'LowCardinality(Nullable(String))',
  success: 'Nullable(Bool)',
  attributes: 'Map(LowCardinality(String), String)',
}

/** Every materialized view and its identity, which is another one when the view was replaced: in that moment an insert finds no view. */
async function fillingViews({ database }: Experiment): Promise<string[]> {
  const views = await database.rows<{ view: string }>(
    "SELECT concat(name, ' ', toString(uuid)) AS view FROM system.tables " +
      "WHERE database = 'telemetry' AND engine = 'MaterializedView' ORDER BY name",
  )
  return views.map(({ view }) => view)
}

export const columns: readonly Definition[] = [
  {
    name: 'columns',
    title: 'telemetry_events has the columns and types that queries build on',
    requirements: ['R7'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'columns' }, async (experiment) => {
        const rows = await experiment.database.rows<{ name: string; type: string }>(
          "SELECT name, type FROM system.columns WHERE database = 'telemetry' AND table = 'telemetry_events'",
        )
        const types = new Map(rows.map(({ name, type }) => [name, type]))
        for (const [name, type] of Object.entries(CONTRACT))
          experiment.check('schema', `type of column ${name}`, { actual: types.get(name) ?? 'missing', expected: type })
        const versions = await experiment.database.rows<{ version: number }>(
          'SELECT version FROM schema_version FINAL ORDER BY version',
        )
        const directory = join(context.stackDirectory, 'clickhouse/schema')
        const files = (await schemaFiles(directory)).filter(
          // What brings older data up to date is not for new data.
          ({ name }) => !readFileSync(join(directory, name), 'utf8').includes('-- only where: '),
        )
        experiment.check('schema', 'schema files applied', {
          actual: versions.map(({ version }) => version),
          // What is compiled from the policy goes with the functions.
          expected: [...new Set(files.map(({ version }) => version))],
        })
      }),
  },
  {
    name: 'applied-twice',
    title:
      'applying the schema again changes no row, loses none that arrive meanwhile, and replaces no view that fills a table',
    requirements: ['R2', 'R7'],
    run: (context) =>
      runExperiment(context, { mark: 'twice' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const load = sessionsLoad({ seed: context.seed, sessions: 6, startMs: context.dataStartMs, spreadMs: 1000 })
        const before = await fillingViews(experiment)
        const applied = migrate(join(context.stackDirectory, 'clickhouse/schema'), {
          url: experiment.stack.endpoints.clickhouseHttp,
          user: 'admin',
          password: experiment.stack.passwords.admin,
        })
        await experiment.sendLoad(emitter, load)
        await applied
        experiment.check('schema', 'views that fill tables', {
          actual: await fillingViews(experiment),
          expected: before,
        })
      }),
  },
]
