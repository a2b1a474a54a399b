// Edits of the schema and of ClickHouse's configuration: each takes one thing away that the stack promises.
import { splitStatements } from '../../../stack/runtime/sql-statements.ts'
import { nothingToEdit, replaced } from './edit.ts'

/** No views behind the landing tables: what comes is taken, and nothing of it is kept. @throws UserError when there are none */
export function withoutViews(sql: string): string {
  const statements = splitStatements(sql).map((statement) => statement.sql)
  const kept = statements.filter((statement) => !statement.startsWith('CREATE MATERIALIZED VIEW'))
  if (kept.length === statements.length) throw nothingToEdit('it has no materialized views')
  return kept.map((statement) => `${statement};\n`).join('\n')
}

/** The masks of the last line pass every text on, in its normal form, and find nothing to count. @throws UserError when one is not there */
export function withoutLastLine(sql: string): string {
  const bodies = {
    telemetry_mask_all: '(masked, names, texts) -> arrayMap(text -> telemetry_valid(text), texts)',
    telemetry_rules: "(excluded, unhashed, unmasked) -> CAST([], 'Array(String)')",
  }
  return Object.entries(bodies).reduce((text, [name, body]) => withFunction(text, name, body), sql)
}

/** Texts as they came, also those that are no UTF-8: the same text, mended on its way, is another one. */
export function withoutNormalForm(sql: string): string {
  return withFunction(sql, 'telemetry_valid', '(text) -> toString(text)')
}

/** A function with another body. Its statement ends with a semicolon at the end of a line. */
function withFunction(sql: string, name: string, body: string): string {
  const head = `CREATE OR REPLACE FUNCTION ${name} AS`
  return replaced(sql, new RegExp(`^${head} [\\s\\S]*?;$`, 'm'), `${head} ${body};`)
}

/** Log records as they came, masked: of what queries need only the identity and the type, which the table is sorted by. */
export function logsWithoutTypes(sql: string): string {
  return replaced(sql, /(?<= AS event_type,\n)[\s\S]+?(?=^ {4}attributes,\n {4}resource_attributes,\n)/m, '')
}

/** Data points the same. */
export function pointsWithoutTypes(sql: string): string {
  return replaced(sql, /(?<= AS value,\n)[\s\S]+?(?=^ {4}detail,\n {4}attributes,\n)/m, '')
}

/** A row is itself by chance: a record that comes twice is there twice. */
export function withoutIdentity(sql: string): string {
  return replaced(sql, /reinterpretAsUUID\(sipHash128\([\s\S]+?\)\) AS event_id,/, 'generateUUIDv4() AS event_id,')
}

/** What is answered for is in the memory of the system, not on the disk. */
export function insertsWithoutSync(xml: string): string {
  const data = replaced(xml, /<fsync_after_insert>1</, '<fsync_after_insert>0<')
  return replaced(data, /<fsync_part_directory>1</, '<fsync_part_directory>0<')
}

/** The collector may take the memory that it needs: where its queue is in memory, the backlog is too. */
export function collectorWithoutMemoryLimit(compose: string): string {
  return replaced(compose, /GOMEMLIMIT: 200MiB/g, 'GOMEMLIMIT: "off"')
}
