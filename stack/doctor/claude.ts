// The client on this machine: whether it is there, and what its settings say, which win over the shell that starts it.
import { join } from 'node:path'
import { z } from 'zod'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'

const CHECK = 'claude'
const settingsSchema = z.looseObject({ env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) })

/** @param endpoint host:port or URL where the running stack takes OTLP over gRPC; undefined when none runs */
export async function checkClaude(system: System, endpoint: string | undefined): Promise<readonly DoctorFinding[]> {
  const version = await firstLine(system, 'claude', '--version')
  const client =
    version === ''
      ? ok(CHECK, 'claude is not on the PATH of this shell', 'only who sends telemetry from here needs it')
      : ok(CHECK, `claude ${version}`)
  const settings = await Promise.all(settingsFiles(system).map((file) => checkSettings(system, file, endpoint)))
  return [client, ...settings.flat()]
}

/** The environment that the client starts with: the shell's, with what its settings set over it. */
export async function clientEnvironment(system: System): Promise<System['env']> {
  const blocks = await Promise.all(
    settingsFiles(system).map(async (file) => parse((await system.readText(file)) ?? '{}') ?? {}),
  )
  return Object.assign({}, system.env, ...blocks)
}

async function checkSettings(system: System, file: string, endpoint: string | undefined): Promise<DoctorFinding[]> {
  const text = await system.readText(file)
  if (text === undefined) return []
  const set = parse(text)
  if (set === undefined)
    return [warn(CHECK, `${file} is no JSON, or its env block holds something else than texts`, 'mend it')]
  const telemetry = Object.keys(set).filter((name) => /^(?:OTEL_|CLAUDE_CODE_ENABLE_TELEMETRY$)/.test(name))
  if (telemetry.length === 0) return [ok(CHECK, `${file} says nothing of telemetry: the shell decides`)]
  if (/^(?:0|false|no|off)$/i.test(set.CLAUDE_CODE_ENABLE_TELEMETRY ?? ''))
    return [
      warn(
        CHECK,
        `${file} switches telemetry off, and wins over the shell`,
        'set CLAUDE_CODE_ENABLE_TELEMETRY to 1 there',
      ),
    ]
  const target = set.OTEL_EXPORTER_OTLP_ENDPOINT
  const grpc = set.OTEL_EXPORTER_OTLP_PROTOCOL === undefined || set.OTEL_EXPORTER_OTLP_PROTOCOL === 'grpc'
  if (target !== undefined && endpoint !== undefined && grpc && placeOf(target) !== placeOf(endpoint))
    return [
      warn(
        CHECK,
        `${file} points the client at ${placeOf(target)}, and wins over the shell; the stack listens on ${placeOf(endpoint)}`,
        '`npm run --silent stack -- env --shell settings` prints the env block',
      ),
    ]
  return [ok(CHECK, `${file} sets ${telemetry.join(', ')}, and wins over the shell`)]
}

/** Those of the system win over those of the person. */
function settingsFiles({ platform, env }: System): string[] {
  const own = env.CLAUDE_CONFIG_DIR ?? (env.HOME === undefined ? undefined : join(env.HOME, '.claude'))
  const managed = platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code'
  return [...(own === undefined ? [] : [join(own, 'settings.json')]), join(managed, 'managed-settings.json')]
}

/** The env block as texts; empty when there is none, undefined when the file says something else. */
function parse(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !('env' in value)) return {}
    const settings = settingsSchema.safeParse(value).data
    return settings && Object.fromEntries(Object.entries(settings.env).map(([name, each]) => [name, String(each)]))
  } catch {
    return undefined
  }
}

/** host:port of a URL, without what else it may hold; localhost is 127.0.0.1. */
function placeOf(url: string): string {
  const [, host = url] = /^(?:\w+:\/\/)?(?:[^@/]*@)?([^/]*)/.exec(url) ?? []
  return host.replace(/^localhost(?=:|$)/, '127.0.0.1')
}
