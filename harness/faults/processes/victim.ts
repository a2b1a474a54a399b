// The process that a fault breaks: finding it, what the system says of it, and bringing it back.
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import { pipelineAccepts } from '../../../stack/runtime/probe.ts'
import type { ServiceName, ServiceState } from '../../../stack/runtime/runtime.ts'
import { nameOf } from '../fault.ts'
import type { ProcessStage } from '../stage.ts'
import type { ControllableProcess, Target } from '../target.ts'

const READY_TIMEOUT_MS = 60_000

const SERVICES: Readonly<Partial<Record<ProcessStage, ServiceName>>> = {
  collector: 'otel-collector',
  clickhouse: 'clickhouse',
  toxiproxy: 'toxiproxy',
}

export interface Victim {
  readonly process: ControllableProcess
  state(): Promise<ServiceState>
  /** Starts it unless it runs, and waits until it is ready: one that was only paused has its backlog to see to first. */
  restore(): Promise<void>
}

/** @throws UserError when the target has no such process */
export function victimOf(fault: { readonly kind: string; readonly stage: ProcessStage }, target: Target): Victim {
  const { stage } = fault
  const own = target.processes?.[stage]
  const service = SERVICES[stage]
  if (own === undefined && service === undefined)
    throw new UserError(`fault ${nameOf(fault)}: there is no process of that name to break`)
  const process = own ?? target.stack.service(service as ServiceName)
  return {
    process,
    // One that only tells whether it is alive is always the same instance.
    state: async () =>
      process.state?.() ?? { status: (await process.alive()) ? 'running' : 'ended', instance: 'the process' },
    restore: async () => {
      await process.start()
      if (own === undefined) await ready(stage, target, process)
    },
  }
}

async function ready(stage: ProcessStage, { stack }: Target, process: ControllableProcess): Promise<void> {
  const { clickhouseHttp, otlpHttp, toxiproxyApi } = stack.endpoints
  const answers = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  const checks: Readonly<Partial<Record<ProcessStage, () => Promise<boolean>>>> = {
    collector: () => pipelineAccepts(otlpHttp),
    clickhouse: () => answers(`${clickhouseHttp}/ping`),
    toxiproxy: () => answers(`${toxiproxyApi}/version`),
  }
  await until(`${stage}, healed,`, checks[stage] ?? (() => process.alive()), { timeoutMs: READY_TIMEOUT_MS })
}
