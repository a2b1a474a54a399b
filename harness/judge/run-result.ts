// The result of a whole run, as the reports receive it.
import type { ScenarioResult, Verdict } from './model/verdict.ts'

/** One sample of one service, for the plot of resource use beside its limit. */
export interface UsageSample {
  /** Milliseconds since the run began. */
  readonly atMs: number
  readonly service: string
  /** CPU in cores (1 = one core fully used) since the sample before. */
  readonly cpuCores: number
  readonly memoryBytes: number
}

/** A figure over time, for its plot. */
export interface TimeSeries {
  readonly name: string
  readonly unit: 'events' | 'events/s' | 'ms' | 'bytes' | 'parts'
  /** What it is held to, drawn beside it; null where there is no such limit. */
  readonly limit: number | null
  /** Milliseconds since the soak began to send, and the value; null where nobody told it. */
  readonly points: readonly { readonly atMs: number; readonly value: number | null }[]
}

export interface ServiceLimit {
  readonly service: string
  readonly cpuCores: number | null
  readonly memoryBytes: number | null
  /** Whether this runtime enforces the limit, or only shows it beside the usage. */
  readonly enforced: boolean
}

export interface StorageUse {
  readonly kind: 'image' | 'volume'
  readonly name: string
  readonly bytes: number
}

export interface PlatformFacts {
  readonly os: string
  readonly arch: string
  readonly kernel: string
  /** 1 or 2 inside the Windows Subsystem for Linux, else null. */
  readonly wsl: 1 | 2 | null
  readonly cpus: number
  readonly memoryBytes: number
  readonly node: string
}

export interface ComponentFacts {
  readonly name: string
  readonly version: string
  /** Where it came from: path, PATH, cache, built, image … */
  readonly source: string
}

export interface FaultKindFacts {
  readonly kind: string
  readonly stages: readonly string[]
}

/** `partly` where all that ran passed, and something that would prove it was skipped. */
export type RequirementVerdict = Verdict | 'partly'

export interface RequirementResult {
  readonly id: string
  readonly verdict: RequirementVerdict
  readonly scenarios: readonly string[]
  /** The part of the requirement that no scenario of this run looks at; empty when all of it is covered. */
  readonly notProven: string
}

/** One line of the doctor's findings. */
export interface DoctorFinding {
  readonly check: string
  readonly verdict: 'ok' | 'warn' | 'bad'
  readonly message: string
  /** What to do about it; empty when there is nothing to do. */
  readonly advice: string
}

export interface RunResult {
  readonly schemaVersion: 7
  readonly runId: string
  readonly seed: number
  readonly profile: 'smoke' | 'standard' | 'full'
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** The time that all data was shifted to: ISO 8601, UTC. The same seed and clock store the same. */
  readonly clock: string
  readonly durationMs: number
  readonly verdict: Verdict
  readonly platform: PlatformFacts
  readonly runtime: {
    readonly kind: 'embedded' | 'docker' | 'podman'
    readonly reason: string
    readonly components: readonly ComponentFacts[]
  }
  readonly doctor: readonly DoctorFinding[]
  readonly scenarios: readonly ScenarioResult[]
  /** The faults that there are, and where each can be injected: what was tried of them is told by the scenarios. */
  readonly faultKinds: readonly FaultKindFacts[]
  readonly requirements: readonly RequirementResult[]
  readonly usage: {
    readonly samples: readonly UsageSample[]
    readonly limits: readonly ServiceLimit[]
    /** Disk that images and volumes took at the end; empty where there are none. */
    readonly storage: readonly StorageUse[]
  }
  /** Of a soak; empty for every other run. */
  readonly series: readonly TimeSeries[]
}
