// Rows of a file into the stack's ClickHouse, as they come off the disk.
import type { Readable } from 'node:stream'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { messageOf, UserError } from '../../core/errors.ts'
import type { Endpoints, Role, Stack } from '../runtime/runtime.ts'

export interface StreamInsert {
  /** `INSERT INTO … FORMAT …` */
  readonly sql: string
  readonly rows: Readable
  /** ClickHouse's own settings. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** How long nothing may move. */
  readonly idleMs: number
  readonly signal: AbortSignal
}

/** @throws UserError with ClickHouse's answer, or that there is none */
export async function insertStream(
  stack: Pick<Stack, 'passwords' | 'database'> & { readonly endpoints: Pick<Endpoints, 'clickhouseHttp'> },
  role: Role,
  { sql, rows, settings = {}, idleMs, signal }: StreamInsert,
): Promise<void> {
  const client = createClient({
    url: stack.endpoints.clickhouseHttp,
    username: role,
    password: stack.passwords[role],
    database: stack.database,
    request_timeout: idleMs,
    log: { level: ClickHouseLogLevel.OFF },
  })
  try {
    const { stream } = await client.exec({
      query: sql,
      values: rows,
      clickhouse_settings: settings,
      abort_signal: signal,
    })
    // The answer is empty; it has to be read for the connection to end.
    for await (const _ of stream);
  } catch (error) {
    throw new UserError(
      `ClickHouse (${stack.endpoints.clickhouseHttp}, as ${role}): ${messageOf(error) || 'no answer'}`,
      undefined,
      { cause: error },
    )
  } finally {
    rows.destroy()
    await client.close()
  }
}
