// What a service of the embedded runtime is launched with, and what the making of that needs to know.
import { stopSignal } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import type { RunningProcess } from '../../../core/process.ts'
import type { ComposeService } from '../compose-file.ts'
import type { Component, Progress, ServiceName } from '../runtime.ts'
import type { HostPort, PortMap } from './addresses.ts'
import type { Executable } from './executable.ts'
import type { ServicePlan } from './service.ts'

const READY_TIMEOUT_MS = 60_000

/** Where a service is put on this machine. */
export interface Placement {
  readonly name: ServiceName
  readonly service: ComposeService
  readonly ports: PortMap
  /** The stack's own, for configuration that is written for it. */
  readonly directory: string
  readonly logDirectory: string
  /** Where volumes are directories. */
  readonly dataDirectory: string
  readonly stackDirectory: string
  readonly progress: Progress
}

export interface Launch {
  readonly executable: Executable
  readonly component: Component
  readonly plan: Omit<ServicePlan, 'onStart'>
  /** What a failed start is called in words that people know. */
  explain?(error: unknown): Promise<UserError>
}

/** Where a port of the service is on this machine. @throws UserError when compose.yaml does not publish it */
export function portOf({ name, ports }: Placement, containerPort: number): HostPort {
  const port = ports.get(name)?.get(containerPort)
  if (!port) throw new UserError(`stack/compose.yaml: services.${name} does not publish port ${containerPort}`)
  return port
}

/** What a component may see of the person's environment: no proxy, no secret, only what a program needs to run. */
export function inheritedEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG']) {
    const value = process.env[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}

/** Waits until it answers on this URL, and `further` holds too. @throws UserError when it ends before */
export async function waitUntilAnswers(
  child: RunningProcess,
  what: string,
  url: string,
  further: () => Promise<boolean> = async () => true,
): Promise<void> {
  await until(
    `${what} on ${url}`,
    async () => {
      if (!child.alive()) return 'ended' as const
      if (!(await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok) return false
      return (await further()) && ('ready' as const)
    },
    { timeoutMs: READY_TIMEOUT_MS, signal: stopSignal },
  ).then((state) => {
    if (state === 'ended') throw new UserError(`${what} ended while starting`)
  })
}
