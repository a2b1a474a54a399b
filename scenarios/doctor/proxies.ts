// Proxies in the environment: the client sends through them unless this machine is exempt.
import { detectShell, exportLine } from '../../stack/client/shell.ts'
import type { DoctorFinding } from '../run-result.ts'
import { ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'proxy'
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'] as const
const HOSTS = ['127.0.0.1', 'localhost'] as const

export function checkProxies(system: System): DoctorFinding {
  const { env } = system
  const set = PROXIES.filter((name) => (env[name] ?? '') !== '')
  if (set.length === 0) return ok(CHECK, 'no proxy in the environment')
  const shown = set.map((name) => `${name} (${proxyHost(env[name] ?? '')})`).join(', ')
  // Programs differ in which of the two they read, so each that is set must hold.
  const exemptions = [env.NO_PROXY ?? '', env.no_proxy ?? ''].filter((list) => list !== '')
  const hosts = exemptions.map((list) => list.split(/[\s,]+/).filter((host) => host !== ''))
  const missing = HOSTS.filter((host) => hosts.length === 0 || hosts.some((list) => !covers(list, host)))
  if (missing.length === 0) return ok(CHECK, `${shown}; NO_PROXY exempts this machine`)
  const all = [...new Set([...hosts.flat(), ...HOSTS])].join(',')
  const shell = detectShell(env)
  const lines = ['NO_PROXY', 'no_proxy'].map((name) => exportLine(shell, name, all))
  return warn(
    CHECK,
    `${shown}, and NO_PROXY does not exempt ${missing.join(' and ')}: the client's telemetry goes to the proxy`,
    `in the shell that starts the client: \`${lines.join('; ')}\` (the templates in stack/client/env do it)`,
  )
}

// Whole names only: programs agree on nothing more (not on ranges such as 127.0.0.0/8).
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
