// What faults are injected into: a stack, and what else a rig has put on the way.
import { UserError } from '../../core/errors.ts'
import type { ServiceState, Stack } from '../../stack/runtime/runtime.ts'
import type { MisbehavingBackend } from './backend/misbehaving-backend.ts'
import type { Firewall } from './firewall/firewall.ts'
import type { ConnectProxy } from './proxy/connect-proxy.ts'
import type { ProcessStage } from './stage.ts'

/** A process that can be broken; every `ServiceHandle` of a stack is one. */
export interface ControllableProcess {
  kill(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  alive(): Promise<boolean>
  /** Without it a restart and a pause cannot be shown. */
  state?(): Promise<ServiceState>
}

/** A disk that can be filled up. */
export interface FillableDisk {
  /** Leaves no room; what fills it may be the load itself. */
  fill(): Promise<void>
  /** What was said for want of room; undefined when nothing was. */
  complaint(): Promise<string | undefined>
  /** Makes room again. */
  free(): Promise<void>
}

/** A process whose clock can be put forward or back. */
export interface ClockedProcess {
  /** It runs on with a clock that is off by so much. */
  jumpClock(offsetMs: number): Promise<void>
  /** The times that its files bear, milliseconds since the epoch. */
  fileTimesMs(): Promise<readonly number[]>
}

export interface Target {
  readonly stack: Stack
  /** Processes that are no services of the stack, by the name of their stage. */
  readonly processes?: Readonly<Partial<Record<ProcessStage, ControllableProcess>>>
  readonly firewall?: Firewall
  readonly proxy?: ConnectProxy
  readonly backend?: MisbehavingBackend
  readonly disks?: Readonly<Partial<Record<ProcessStage, FillableDisk>>>
  readonly clocks?: Readonly<Partial<Record<ProcessStage, ClockedProcess>>>
  /** Requests that were refused so far. */
  readonly refused?: () => number
  /** Where the collector keeps its queue, when that is within reach. */
  readonly queueDirectory?: string
}

/** The part of a target that a fault needs. @throws UserError when the rig has none */
export function need<T>(
  part: T | undefined,
  fault: { readonly kind: string; readonly stage: string },
  what: string,
): T {
  if (part === undefined) throw new UserError(`fault ${fault.kind} of ${fault.stage}: there is no ${what} to break`)
  return part
}
