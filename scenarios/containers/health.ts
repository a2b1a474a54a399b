// Health checks in containers, and what migrations make of old, half-made and newer data.
import { join } from 'node:path'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { schemaFiles } from '../../stack/runtime/schema-files.ts'
import { onSpareContainers } from './facts.ts'

/** The file that made the view which is taken away here. */
const AUDIT_VERSION = 8

async function newestOf({ stackDirectory }: Context): Promise<number> {
  return (await schemaFiles(join(stackDirectory, 'clickhouse/schema'))).at(-1)?.version ?? 0
}

export const health: readonly Definition[] = [
  {
    name: 'health',
    title: 'is healthy when, and only when, ClickHouse has this schema and the pipeline accepts a record',
    requirements: ['R2'],
    run: (context) =>
      onSpareContainers(context, 'health', async (experiment, engine, stack) => {
        const newest = await newestOf(context)
        const healthy = async (service: string) => (await engine.health(service)).healthy
        await using admin = connect(stack, 'admin')
        experiment.check('health', 'ClickHouse with its schema', {
          actual: await healthy('clickhouse'),
          expected: true,
        })
        experiment.check('health', 'a pipeline that takes records', {
          actual: await healthy('otel-collector-ready'),
          expected: true,
        })
        await admin.run(
          `ALTER TABLE telemetry.schema_version DELETE WHERE version >= ${AUDIT_VERSION} SETTINGS mutations_sync = 1`,
        )
        experiment.check('health', 'ClickHouse with an older schema', {
          actual: await healthy('clickhouse'),
          expected: false,
        })
        experiment.check('health', 'what it says of it', {
          actual: (await engine.health('clickhouse')).output,
          expected: `the schema is at version ${AUDIT_VERSION - 1}, the files here make ${newest}`,
        })
        await stack.service('otel-collector').pause()
        experiment.check('health', 'a pipeline that stands still', {
          actual: await healthy('otel-collector-ready'),
          expected: false,
        })
        await stack.service('otel-collector').resume()
        experiment.check('health', 'a pipeline that goes on', {
          actual: await healthy('otel-collector-ready'),
          expected: true,
        })
        await stack.service('otel-collector').stop()
        experiment.check('health', 'no pipeline', { actual: await healthy('otel-collector-ready'), expected: false })
        await stack.service('otel-collector').start()
        experiment.check('health', 'a pipeline again', {
          actual: await healthy('otel-collector-ready'),
          expected: true,
        })
        experiment.check('health', 'migrating again', {
          actual: (await engine.rerun('clickhouse-migrate')).exitCode,
          expected: 0,
        })
        experiment.check('health', 'ClickHouse with its schema again', {
          actual: await healthy('clickhouse'),
          expected: true,
        })
      }),
  },
  {
    name: 'old-volume',
    title: 'migrates old and half-migrated data to the current schema, and refuses newer data',
    requirements: ['R2', 'R7'],
    run: (context) =>
      onSpareContainers(context, 'old-volume', async (experiment, engine, stack) => {
        const newest = await newestOf(context)
        await using admin = connect(stack, 'admin')
        const version = async () => {
          const [row] = await admin.rows<{ version: number }>(
            'SELECT max(version) AS version FROM telemetry.schema_version',
          )
          return row?.version
        }
        // As it was before the last file came: its view and its row are not there.
        await admin.run('DROP VIEW telemetry.policy_audit SYNC')
        await admin.run(
          `ALTER TABLE telemetry.schema_version DELETE WHERE version >= ${AUDIT_VERSION} SETTINGS mutations_sync = 1`,
        )
        experiment.check('migration', 'the older version', { actual: await version(), expected: AUDIT_VERSION - 1 })
        const again = await engine.rerun('clickhouse-migrate')
        experiment.check('migration', 'over an older schema', { actual: again.exitCode, expected: 0 })
        experiment.check('migration', 'the version after it', { actual: await version(), expected: newest })
        const [view] = await admin.rows<{ there: number }>('EXISTS VIEW telemetry.policy_audit')
        experiment.check('migration', 'the view is there again', { actual: Object.values(view ?? {})[0], expected: 1 })
        // As it was when the first start was killed half-way.
        for (const made of ['VIEW telemetry_events', 'VIEW log_records_mv', 'TABLE log_records'])
          await admin.run(`DROP ${made} SYNC`)
        await admin.run('ALTER TABLE telemetry.schema_version DELETE WHERE version >= 5 SETTINGS mutations_sync = 1')
        const half = await engine.rerun('clickhouse-migrate')
        experiment.check('migration', 'over a schema that was half made', { actual: half.exitCode, expected: 0 })
        experiment.check('migration', 'the version after that', { actual: await version(), expected: newest })
        await admin.run("INSERT INTO telemetry.schema_version (version, name) VALUES (99, 'from the future')")
        const newer = await engine.rerun('clickhouse-migrate')
        experiment.check('migration', 'over a newer schema', { actual: newer.exitCode, expected: 1 })
        experiment.check('migration', 'what it says of it', {
          actual: newer.output.split('\n').at(-1),
          expected: `the data is of schema version 99, newer than these files (${newest}): use the newer stack, or begin with new data`,
        })
        await admin.run('ALTER TABLE telemetry.schema_version DELETE WHERE version = 99 SETTINGS mutations_sync = 1')
      }),
  },
]
