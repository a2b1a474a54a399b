// Passwords and the hash salt of a stack.
import { randomBytes } from 'node:crypto'

/** Fresh secrets, by their variable in stack/compose.yaml: hexadecimal, so that they stand in any file as they are. */
export function makeSecrets(): Record<string, string> {
  const fresh = () => randomBytes(16).toString('hex')
  return {
    CLICKHOUSE_ADMIN_PASSWORD: fresh(),
    CLICKHOUSE_INGEST_PASSWORD: fresh(),
    CLICKHOUSE_ANALYST_PASSWORD: fresh(),
    TELEMETRY_HASH_SALT: fresh(),
  }
}
