// Queries against the stack's ClickHouse, as one of its roles.
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { messageOf, UserError } from '../../core/errors.ts'
import type { Endpoints, Role, Stack } from '../runtime/runtime.ts'

export interface Database extends AsyncDisposable {
  /** Rows as objects; integers are numbers, so select those beyond 2^53 as text. @throws UserError with ClickHouse's answer */
  rows<T>(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<T[]>
  /** A statement without rows. */
  run(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<void>
}

export interface Connecting {
  /** How long one query may take. */
  readonly answerMs?: number
  /** ClickHouse's own settings, of every query. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Reads its JSON in another way, as one that rounds no number. */
  readonly json?: { readonly parse: <T>(text: string) => T }
}

/** Connects as a role; a connection is opened at the first query. */
export function connect(
  stack: Pick<Stack, 'passwords' | 'database'> & { readonly endpoints: Pick<Endpoints, 'clickhouseHttp'> },
  role: Role,
  { answerMs = 60_000, settings = {}, json }: Connecting = {},
): Database {
  const client: ClickHouseClient = createClient({
    url: stack.endpoints.clickhouseHttp,
    username: role,
    password: stack.passwords[role],
    database: stack.database,
    request_timeout: answerMs,
    // What goes wrong is told by the error; nothing else writes to the terminal.
    log: { level: ClickHouseLogLevel.OFF },
    ...(json && { json }),
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, ...settings },
  })
  return {
    async rows<T>(sql: string, parameters: Readonly<Record<string, unknown>> = {}) {
      try {
        const result = await client.query({ query: sql, query_params: { ...parameters }, format: 'JSONEachRow' })
        return await result.json<T>()
      } catch (error) {
        throw new UserError(
          `ClickHouse (${stack.endpoints.clickhouseHttp}, as ${role}): ${messageOf(error)}`,
          undefined,
          { cause: error },
        )
      }
    },
    async run(sql, parameters = {}) {
      try {
        await client.command({ query: sql, query_params: { ...parameters } })
      } catch (error) {
        throw new UserError(
          `ClickHouse (${stack.endpoints.clickhouseHttp}, as ${role}): ${messageOf(error)}`,
          undefined,
          { cause: error },
        )
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}
