// The environment of a person who has just cloned the repository, with a home, data and ports of their own.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDirectory } from '../../core/paths.ts'
import { freePort } from '../../core/ports.ts'
import { DAILY_PORTS } from '../../harness/processes/daily-stack.ts'

/** What a newcomer's shell has: nothing of the tests' runner, of a client, or of a stack that the person has set up. */
export function newcomersEnvironment(inherited: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const foreign = /^(?:VITEST|OTEL_|CLAUDE_CODE_|CLICKHOUSE_|TELEMETRY_(?!PROOF_))/
  const kept = Object.entries(inherited).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  )
  return Object.fromEntries(kept)
}

export interface Newcomer {
  /** A directory that is theirs alone. */
  readonly room: string
  readonly environment: Readonly<Record<string, string>>
  readonly leave: () => Promise<void>
}

/** @param name tells the directories of different tests apart */
export async function newcomer(name: string): Promise<Newcomer> {
  const room = await mkdtemp(join(tmpdir(), `telemetry-proof-${name}-`))
  const inherited = newcomersEnvironment(process.env)
  // As the quickstart says of proxies.
  const direct = (list: string | undefined) => [list, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
  const environment: Record<string, string> = {
    ...inherited,
    HOME: join(room, 'home'),
    NO_PROXY: direct(inherited.NO_PROXY),
    no_proxy: direct(inherited.no_proxy),
    TELEMETRY_PROOF_DATA: join(room, 'data'),
    TELEMETRY_PROOF_CACHE: cacheDirectory(),
  }
  await mkdir(join(room, 'home'))
  for (const port of DAILY_PORTS) environment[port] = String(await freePort())
  return { room, environment, leave: () => rm(room, { recursive: true, force: true }) }
}
