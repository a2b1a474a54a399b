// Faults as data: what is broken, where and how hard, so that schedules of them can be generated, shrunk and printed.
import { UserError } from '../../core/errors.ts'
import type { ServiceState, Stack } from '../../stack/runtime/runtime.ts'

/** Two hops and what stands at their ends; names of `Target.processes` are stages too. */
export type Stage =
  | 'client-collector'
  | 'collector-clickhouse'
  | 'collector'
  | 'clickhouse'
  | 'toxiproxy'
  | (string & {})

/** Plain JSON. What each kind takes stands beside its injection; units are last in the names. */
export interface Fault {
  readonly kind: string
  readonly stage: Stage
  readonly parameters: Readonly<Record<string, number | string>>
}

/** A fault under way. */
export interface Injected {
  readonly fault: Fault
  /** Takes it away again; a process is back and ready then. More than once does no harm. */
  heal(): Promise<void>
  /**
   * What shows that it took effect, in words with numbers; undefined when nothing does. To be asked before `heal`, and after the
   * load has met it.
   */
  effect(): Promise<string | undefined>
}

/** A process that can be broken; every `ServiceHandle` of a stack is one. */
export interface Breakable {
  kill(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  alive(): Promise<boolean>
  /** Without it a restart and a pause cannot be shown. */
  state?(): Promise<ServiceState>
}

export interface Target {
  readonly stack: Stack
  /** Further processes, by the name of their stage: `relay`, `client`. */
  readonly processes?: Readonly<Record<string, Breakable>>
}

export type Inject = (fault: Fault, target: Target) => Promise<Injected>

/** @throws UserError when the parameter is missing or no number that makes sense */
export function numberOf(fault: Fault, name: string, fallback?: number): number {
  const value = fault.parameters[name] ?? fallback
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new UserError(`fault ${nameOf(fault)}: parameters.${name} must be a number from 0 on, not ${value}`)
  return value
}

/** @throws UserError when the parameter is none of the choices */
export function choiceOf<T extends string>(fault: Fault, name: string, choices: readonly T[], fallback?: T): T {
  const value = fault.parameters[name] ?? fallback
  const choice = choices.find((one) => one === value)
  if (choice === undefined)
    throw new UserError(`fault ${nameOf(fault)}: parameters.${name} must be one of ${choices.join(', ')}, not ${value}`)
  return choice
}

export function nameOf({ kind, stage }: Fault): string {
  return `${kind} of ${stage}`
}
