// Applies the schema files over HTTP, as stack/clickhouse/migrate.sh does with clickhouse-client.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf, UserError } from '../../core/errors.ts'
import type { ComposeService } from './compose-file.ts'
import { retentionDaysOf } from './retention.ts'
import { schemaFiles } from './schema-files.ts'
import { splitStatements } from './sql-statements.ts'

export interface MigrationTarget {
  /** http://host:port */
  readonly url: string
  readonly user: string
  readonly password: string
}

/** Does what a service of compose.yaml does with migrate.sh. @throws UserError as `migrate`, and when it mounts less than that needs */
export async function migrateAs({ name, mounts, environment }: ComposeService, url: string): Promise<void> {
  const mounted = (at: string) => {
    const found = mounts.find(({ target }) => target === at)
    if (!found) throw new UserError(`stack/compose.yaml: services.${name} mounts nothing at ${at}`)
    return found.source
  }
  const target = {
    url,
    user: environment.CLICKHOUSE_USER ?? 'admin',
    password: environment.CLICKHOUSE_PASSWORD ?? '',
  }
  await migrate(mounted('/schema'), target)
  await keepFor(retentionDaysOf(environment.TELEMETRY_RETENTION_DAYS), mounted('/retention.sql'), target)
}

/**
 * Applies every `*.sql` of a directory in the order of its name, but those whose line `-- only where: SQL` does not answer 1.
 * @throws UserError naming file, line and ClickHouse's answer, or that the data is of a newer schema than the files
 */
export async function migrate(directory: string, target: MigrationTarget): Promise<void> {
  const files = await schemaFiles(directory)
  if (files.length === 0) throw new UserError(`no schema files (*.sql) in ${directory}`)
  await refuseNewerData(files.at(-1)?.version ?? 0, target)
  for (const { name } of files) {
    const text = await readFile(join(directory, name), 'utf8')
    const condition = /^-- only where: (.*)$/m.exec(text)?.[1]
    if (condition !== undefined && (await ask(target, condition)).answer !== '1') continue
    for (const { sql, line } of splitStatements(text))
      for (const statement of [sql, ...refreshOf(sql)]) {
        const { ok, answer } = await ask(target, statement)
        if (!ok)
          throw new UserError(
            `stack/clickhouse/schema/${basename(name)}:${line}: ${answer.split('\n')[0]?.slice(0, 400)}`,
          )
      }
  }
}

/**
 * Keeps rows for so many days after they came; for ever where it is 0. What is so already is left alone; what is older goes in the background.
 * @param file stack/clickhouse/retention.sql, which gives the statements
 * @throws UserError with ClickHouse's answer
 */
async function keepFor(days: number, file: string, target: MigrationTarget): Promise<void> {
  const asked = { ...target, url: `${target.url}/?param_days=${days}` }
  const refused = (answer: string) =>
    new UserError(`stack/clickhouse/${basename(file)}: ${answer.split('\n')[0]?.slice(0, 400)}`)
  const { ok, answer } = await ask(asked, await readFile(file, 'utf8'))
  if (!ok) throw refused(answer)
  for (const statement of answer.split('\n').filter((line) => line !== '')) {
    const done = await ask(target, statement)
    if (!done.ok) throw refused(done.answer)
  }
}

/**
 * What brings a materialized view that is there already to the query of its file. Not by replacing the view: an insert in that moment
 * finds none, and what a landing table of engine Null hands to no view is lost.
 */
function refreshOf(sql: string): string[] {
  const [, name, query] = /^CREATE MATERIALIZED VIEW IF NOT EXISTS (\S+) TO \S+ .*? AS\n(.*)$/s.exec(sql) ?? []
  return name === undefined ? [] : [`ALTER TABLE ${name} MODIFY QUERY ${query}`]
}

/** Views that are replaced by older ones would lose columns that rows already have. */
async function refuseNewerData(newest: number, target: MigrationTarget): Promise<void> {
  const exists = await ask(target, 'EXISTS TABLE telemetry.schema_version')
  if (exists.answer !== '1') return
  const { answer } = await ask(target, 'SELECT max(version) FROM telemetry.schema_version')
  if (Number(answer) > newest)
    throw new UserError(
      `the data is of schema version ${answer}, newer than these files (${newest}): use the newer stack, or begin with new data`,
    )
}

async function ask(target: MigrationTarget, sql: string): Promise<{ readonly ok: boolean; readonly answer: string }> {
  const response = await fetch(target.url, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': target.user, 'X-ClickHouse-Key': target.password },
    body: sql,
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new UserError(
      `ClickHouse on ${target.url} stopped answering while the schema was applied: ${messageOf(cause)}`,
    )
  })
  return { ok: response.ok, answer: (await response.text()).trim() }
}
