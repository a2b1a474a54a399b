// The ports that compose.yaml publishes: free, held by the running stack, or taken by something else.
import type { LeftProcess } from '../runtime/running-stacks.ts'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'ports'

export interface NamedPort {
  /** What listens there: `OTLP gRPC`. */
  readonly name: string
  readonly port: number
  /** The variable of compose.yaml that moves it. */
  readonly variable: string
}

/**
 * One finding for all ports that are as they should be, one for each that is not.
 * @param own the ports that the running stack holds
 * @param known processes that another check speaks of
 */
export async function checkPorts(
  system: System,
  ports: readonly NamedPort[],
  own: ReadonlySet<number>,
  known: readonly LeftProcess[] = [],
): Promise<readonly DoctorFinding[]> {
  const states = await Promise.all(
    ports.map(async (port) => ({ ...port, free: own.has(port.port) || (await system.portFree(port.port)) })),
  )
  const list = (wanted: readonly NamedPort[]) => wanted.map(({ port }) => port).join(', ')
  const held = states.filter(({ port }) => own.has(port))
  const free = states.filter((state) => state.free && !own.has(state.port))
  const taken = await Promise.all(
    states
      .filter((state) => !state.free)
      .map(async ({ name, port, variable }) => {
        const holder = await system.portHolder(port)
        const ours = known.find(({ pid }) => holder.includes(`(process ${pid})`))
        if (ours) return ok(CHECK, `port ${port} (${name}) is held by ${ours.name} (process ${ours.pid})`)
        return warn(
          CHECK,
          `port ${port} (${name}) is taken by ${holder}`,
          `end that program, or give the stack another port: \`${variable}=${port + 10_000} npm run stack -- up\``,
        )
      }),
  )
  return [
    ...taken,
    ...(held.length > 0 ? [ok(CHECK, `held by the running stack: ${list(held)}`)] : []),
    ...(free.length > 0 ? [ok(CHECK, `free: ${list(free)}`)] : []),
  ]
}
