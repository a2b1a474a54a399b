// Proxies in the environment: the client sends through them unless this machine is exempt.

import { detectShell, exportLine } from '../client/shell.ts'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'proxy'
const PROXIES = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'],
] as const
/** Those that gRPC reads. */
const GRPC_PROXIES = ['grpc_proxy', 'https_proxy', 'http_proxy'] as const
const HOSTS = ['127.0.0.1', 'localhost'] as const

export function checkProxies(system: System): DoctorFinding {
  const { env } = system
  const set = PROXIES.filter((name) => (env[name] ?? '') !== '')
  if (set.length === 0) return ok(CHECK, 'no proxy in the environment')
  const shown = set.map((name) => `${name} (${proxyHost(env[name] ?? '')})`).join(', ')
  const exemptions = [env.NO_PROXY ?? '', env.no_proxy ?? ''].filter((list) => list !== '')
  const hosts = exemptions.map((list) => list.split(/[\s,]+/).filter((host) => host !== ''))
  const overHttp = HOSTS.filter((host) => hosts.length === 0 || hosts.some((list) => !covers(list, host)))
  const overGrpc = HOSTS.filter((host) => !coversForGrpc(env, host))
  const missing = HOSTS.filter((host) => overHttp.includes(host) || overGrpc.includes(host))
  if (missing.length === 0) return ok(CHECK, `${shown}; NO_PROXY exempts this machine`)
  const all = [...new Set([...hosts.flat(), ...HOSTS])]
  const shell = detectShell(env)
  // gRPC knows no `*`, but a list of its own.
  const lists: [name: string, list: readonly string[]][] = all.includes('*')
    ? [...both(['*']), ['no_grpc_proxy', HOSTS]]
    : both(all)
  const lines = lists.map(([name, list]) => exportLine(shell, name, list.join(',')))
  const how = overHttp.length === 0 ? ', as gRPC reads it (no_proxy in lower case, without blanks or `*`)' : ''
  return warn(
    CHECK,
    `${shown}, and NO_PROXY does not exempt ${missing.join(' and ')}${how}: the client's telemetry goes to the proxy`,
    `in the shell that starts the client: \`${lines.join('; ')}\` (the templates in stack/client/env do it)`,
  )
}

function both(list: readonly string[]): [name: string, list: readonly string[]][] {
  return [
    ['NO_PROXY', list],
    ['no_proxy', list],
  ]
}

/** As `@grpc/grpc-js` reads the variables: lower case, entries as they stand; an empty one means every host. */
function coversForGrpc(env: System['env'], host: string): boolean {
  if (GRPC_PROXIES.every((name) => (env[name] ?? '') === '')) return true
  const list = (env.no_grpc_proxy || env.no_proxy || 'none').split(',')
  return list.includes(host) || list.includes('')
}

// Programs differ in which of the two they read, so each that is set must hold. Whole names only: programs agree on nothing more (not on ranges such as 127.0.0.0/8).
function covers(list: readonly string[], host: string): boolean {
  return list.includes('*') || list.includes(host)
}

/** Host and port of a proxy's address, never its credentials. */
export function proxyHost(value: string): string {
  const afterCredentials = value.slice(value.lastIndexOf('@') + 1)
  const withoutScheme = value.includes('@') ? afterCredentials : value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
  const host = withoutScheme.split(/[/?#]/)[0] ?? ''
  return /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host) ? host : 'not shown'
}
