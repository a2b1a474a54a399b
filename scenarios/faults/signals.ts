// Faults of a process: killed, stopped in its tracks, restarted. What shows them is what the system says of the process.
import { UserError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { pipelineTakes } from '../../stack/runtime/probe.ts'
import type { ServiceName, ServiceState } from '../../stack/runtime/runtime.ts'
import { type Breakable, choiceOf, type Fault, type Injected, nameOf, type Target } from './fault.ts'

const READY_TIMEOUT_MS = 60_000
const SIGNAL_TIMEOUT_MS = 5_000

const SERVICES: Readonly<Record<string, ServiceName>> = {
  collector: 'otel-collector',
  clickhouse: 'clickhouse',
  toxiproxy: 'toxiproxy',
}

/** SIGKILL; it stays away until it is healed. */
export async function injectKill(fault: Fault, target: Target): Promise<Injected> {
  const victim = victimOf(fault, target)
  const before = await stateOf(victim)
  await victim.kill()
  return {
    fault,
    heal: () => bringBack(fault, target, victim),
    effect: async () => {
      const now = await stateOf(victim)
      const killed = before.status !== 'ended' && now.status === 'ended'
      return killed ? `${fault.stage}: ${before.instance} has ended` : undefined
    },
  }
}

/** SIGSTOP; it holds its connections and answers nothing until it is healed. */
export async function injectPause(fault: Fault, target: Target): Promise<Injected> {
  const victim = victimOf(fault, target)
  await victim.pause()
  if (victim.state)
    await until(`the pause of ${fault.stage}`, async () => (await stateOf(victim)).status !== 'running', {
      timeoutMs: SIGNAL_TIMEOUT_MS,
    })
  return {
    fault,
    heal: async () => {
      // An engine refuses to resume what is not paused.
      if (!victim.state || (await stateOf(victim)).status === 'paused') await victim.resume()
      await bringBack(fault, target, victim)
    },
    effect: async () => {
      const { status, instance } = await stateOf(victim)
      return status === 'paused' ? `${fault.stage}: ${instance} is stopped in its tracks` : undefined
    },
  }
}

/** Away and back at once. `parameters.how`: `stop` (asked to end, the default) or `kill`. */
export async function injectRestart(fault: Fault, target: Target): Promise<Injected> {
  const victim = victimOf(fault, target)
  const how = choiceOf(fault, 'how', ['stop', 'kill'], 'stop')
  const before = await stateOf(victim)
  await victim[how]()
  await bringBack(fault, target, victim)
  return {
    fault,
    heal: () => bringBack(fault, target, victim),
    effect: async () => {
      const now = await stateOf(victim)
      const another = now.status !== 'ended' && now.instance !== before.instance
      return another ? `${fault.stage}: ${before.instance} was followed by ${now.instance}` : undefined
    },
  }
}

/** @throws UserError when the target has no such process */
function victimOf(fault: Fault, { stack, processes = {} }: Target): Breakable {
  const own = processes[fault.stage]
  const service = SERVICES[fault.stage]
  if (own) return own
  if (service === undefined) throw new UserError(`fault ${nameOf(fault)}: there is no process of that name to break`)
  return stack.service(service)
}

/** One that only tells whether it is alive is always the same instance. */
async function stateOf(victim: Breakable): Promise<ServiceState> {
  if (victim.state) return victim.state()
  return { status: (await victim.alive()) ? 'running' : 'ended', instance: 'the process' }
}

/** Starts it unless it runs, and waits until it is ready: one that was only paused has its backlog to see to first. */
async function bringBack({ stage }: Fault, { stack, processes = {} }: Target, victim: Breakable): Promise<void> {
  await victim.start()
  if (processes[stage]) return
  const { clickhouseHttp, otlpHttp, toxiproxyApi } = stack.endpoints
  const answers = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  const ready: Readonly<Record<string, () => Promise<boolean>>> = {
    collector: () => pipelineTakes(otlpHttp),
    clickhouse: () => answers(`${clickhouseHttp}/ping`),
    toxiproxy: () => answers(`${toxiproxyApi}/version`),
  }
  await until(`${stage}, healed,`, ready[stage] ?? (() => victim.alive()), { timeoutMs: READY_TIMEOUT_MS })
}
