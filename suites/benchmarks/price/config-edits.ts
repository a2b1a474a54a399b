// Edits of the collector's configuration: each takes one thing away that the stack promises, or everything behind a point.
import { type CollectorConfig, type Pipelines, statementsOf } from './collector-config.ts'
import { nothingToEdit } from './edit.ts'

/** Where the collector of the classes sends most rows in one insert. */
const SMALL = 'clickhouse/small'

/** Takes processors out of every pipeline. @throws UserError when one of them stands in none */
export function withoutProcessors(config: CollectorConfig, names: readonly string[]): CollectorConfig {
  const used = new Set(Object.values(config.service.pipelines).flatMap(({ processors }) => processors))
  for (const name of names) if (!used.has(name)) throw nothingToEdit(`no pipeline has the processor ${name}`)
  return withPipelines(config, (pipeline) => ({
    ...pipeline,
    processors: pipeline.processors.filter((name) => !names.includes(name)),
  }))
}

/** Takes all processors away: requests are decoded, and go on as they are. @throws UserError when there are none */
export function withoutAnyProcessor(config: CollectorConfig): CollectorConfig {
  const names = new Set(entryPipelines(config).flatMap(([, { processors }]) => processors))
  if (names.size === 0) throw nothingToEdit('what clients send goes through no processor')
  return withoutProcessors(config, [...names])
}

/** Ends what comes from clients behind its processors: nothing is queued or sent. @throws UserError when it ends there already */
export function endingInNothing(config: CollectorConfig): CollectorConfig {
  const entries = entryPipelines(config)
  if (entries.some(([, { exporters }]) => exporters.includes('nop')))
    throw nothingToEdit('its pipelines end in the exporter nop')
  const pipelines = Object.fromEntries(entries.map(([name, pipeline]) => [name, { ...pipeline, exporters: ['nop'] }]))
  return { ...config, connectors: {}, exporters: { nop: {} }, service: { ...config.service, pipelines } }
}

/** More than the input takes. */
const UNLIMITED_MIB = 8192

/** Every queue in memory, with room for it there. @throws UserError when none is on disk, or memory is not limited as it is */
export function queuesInMemory(config: CollectorConfig): CollectorConfig {
  let changed = 0
  const exporters = Object.entries(config.exporters).map(([name, exporter]) => {
    const queue = exporter?.sending_queue
    if (typeof queue !== 'object' || queue === null || !('storage' in queue)) return [name, exporter] as const
    changed += 1
    const { storage: _, ...volatile } = queue
    return [name, { ...exporter, sending_queue: volatile }] as const
  })
  const limiter = config.processors.memory_limiter
  if (changed === 0 || limiter?.limit_mib === undefined)
    throw nothingToEdit('no exporter has a queue on disk, or there is no memory_limiter')
  const processors = { ...config.processors, memory_limiter: { ...limiter, limit_mib: UNLIMITED_MIB } }
  return { ...config, processors, exporters: Object.fromEntries(exporters) }
}

/** The queue on disk, written when the system likes. @throws UserError when it is not synced as it is */
export function queueWithoutSync(config: CollectorConfig): CollectorConfig {
  const synced = Object.entries(config.extensions).filter(([, extension]) => extension?.fsync === true)
  if (synced.length === 0) throw nothingToEdit('no extension has fsync: true')
  const changed = synced.map(([name, extension]) => [name, { ...extension, fsync: false }] as const)
  return { ...config, extensions: { ...config.extensions, ...Object.fromEntries(changed) } }
}

/**
 * One way to ClickHouse for rows of every size, that of the small ones, and no measuring of rows.
 * @throws UserError when there are no classes
 */
export function oneRowClass(config: CollectorConfig): CollectorConfig {
  const small = config.exporters[SMALL]
  const measuring = config.processors['transform/row_size']
  if (small === undefined || measuring === undefined || Object.keys(config.exporters).length === 1)
    throw nothingToEdit(`there is no ${SMALL} beside others, or no transform/row_size`)
  const pipelines = Object.fromEntries(
    entryPipelines(config).map(([name, pipeline]) => [name, { ...pipeline, exporters: [SMALL] }]),
  )
  const unmeasured = {
    ...measuring,
    log_statements: withoutSizes(statementsOf(measuring, 'log')),
    metric_statements: withoutSizes(statementsOf(measuring, 'metric')),
  }
  return {
    ...config,
    processors: { ...config.processors, 'transform/row_size': unmeasured },
    connectors: {},
    exporters: { [SMALL]: small },
    service: { ...config.service, pipelines },
  }
}

/** The same step also finds values that are not set, which stays. */
function withoutSizes(groups: ReturnType<typeof statementsOf>): ReturnType<typeof statementsOf> {
  return groups
    .map((group) => ({
      ...group,
      statements: group.statements.filter((statement) => !statement.includes('"telemetry.row_size"')),
    }))
    .filter(({ statements }) => statements.length > 0)
}

/**
 * The official pipeline: the ClickHouse exporter with its own tables and its own defaults behind the processor `batch`. Of ours stays where
 * it listens and what it tells of itself.
 * @throws UserError when it is one already
 */
export function officialPipeline(config: CollectorConfig): CollectorConfig {
  if ('batch' in config.processors) throw nothingToEdit('it has the processor batch')
  const pipeline = { receivers: ['otlp'], processors: ['batch'], exporters: ['clickhouse'] }
  return {
    ...config,
    extensions: { health_check: config.extensions.health_check ?? null },
    processors: { batch: {} },
    connectors: {},
    exporters: {
      clickhouse: {
        endpoint: environment('CLICKHOUSE_ENDPOINT'),
        database: OFFICIAL_DATABASE,
        create_schema: true,
        // It makes its tables itself. In these stacks each role has the same password.
        username: 'admin',
        password: environment('CLICKHOUSE_INGEST_PASSWORD'),
      },
    },
    service: { ...config.service, extensions: ['health_check'], pipelines: { logs: pipeline, metrics: pipeline } },
  }
}

export const OFFICIAL_DATABASE = 'otel'

/** How the collector's configuration names a variable of its environment. */
function environment(name: string): string {
  return `\${env:${name}}`
}

/** The pipelines that take what clients send. */
function entryPipelines(config: CollectorConfig): [string, Pipelines[string]][] {
  return Object.entries(config.service.pipelines).filter(([, { receivers }]) => receivers.includes('otlp'))
}

function withPipelines(
  config: CollectorConfig,
  change: (pipeline: Pipelines[string]) => Pipelines[string],
): CollectorConfig {
  const pipelines = Object.entries(config.service.pipelines).map(([name, one]) => [name, change(one)] as const)
  return { ...config, service: { ...config.service, pipelines: Object.fromEntries(pipelines) } }
}
