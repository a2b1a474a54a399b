// A scenario: one invariant, how it is tried, and which requirements it proves.
import type { ThreadedLoad } from '../generators/bulk/load-threads.ts'
import type { Database } from '../stack/clickhouse/database.ts'
import type { RuntimeKind, Stack, StackOptions } from '../stack/runtime/runtime.ts'
import type { Evidence } from './judge/model/evidence.ts'
import { type Profile, profiles } from './judge/model/profile.ts'
import type { SoakSample } from './judge/soak/sample.ts'
import type { Stop } from './judge/soak/stop-rules.ts'

/** What a scenario works with. */
export interface Context {
  /** The scenario's own seed, forked from the run's. */
  readonly seed: number
  /** The run's clock at its start, milliseconds since the epoch; generated sessions end before it. */
  readonly startMs: number
  /** When generated sessions begin: a day before `startMs`. */
  readonly dataStartMs: number
  readonly profile: Profile
  readonly runtime: RuntimeKind
  /** The stack that scenarios share; started when first asked for. */
  stack(): Promise<Stack>
  /** A second one, for scenarios that break services and heal them again; another is started when one of its services is gone. */
  spareStack(): Promise<Stack>
  /** One with toxiproxy on both links and quick retries, for scenarios that inject faults; another when one of its services is gone. */
  faultyStack(): Promise<Stack>
  /** A stack of the scenario's own, stopped when it ends. */
  ownStack(
    options?: Partial<
      Pick<
        StackOptions,
        | 'variables'
        | 'shape'
        | 'faults'
        | 'relay'
        | 'volumeBytes'
        | 'stackDirectory'
        | 'dataDirectory'
        | 'projectName'
        | 'plain'
      >
    >,
  ): Promise<Stack>
  /** The directory of the stack's files that is being proven. */
  readonly stackDirectory: string
  /** Changes what a sabotage wants changed on the way of the data; does nothing otherwise. */
  readonly tamper: Tamper
  /** One line about what is going on. */
  progress(message: string): void
}

/** Where a control reaches into the way of the data. */
export interface Tamper {
  /** May replace the emitter by one that loses, duplicates or changes what it is given. */
  emitter<T extends { send(batch: never): unknown }>(emitter: T): T
  /** Runs when all is stored and before it is read. */
  stored(stack: Stack): Promise<void>
  /** May change what threads are told to send, and what is heard of their answers. */
  load?(order: ThreadedLoad): ThreadedLoad
  /** May change what is seen of a soak, before it is judged and plotted. */
  sample?(sample: SoakSample): SoakSample
  /** May keep a soak from ending early. */
  stop?(stop: Stop | undefined): Stop | undefined
  dataset?: DatasetTamper
}

/** Where a control reaches into a dataset. */
export interface DatasetTamper {
  /** The lines of a session on their way into files, and what these files hold. */
  lines?(lines: readonly string[], holding: string): readonly string[]
  /** The seed that the answers of the manifest are of. */
  answersOf?(seed: number): number
  /** Of the files of one format those that are loaded. */
  loaded?<T>(files: readonly T[]): readonly T[]
  /** The name that a sample is marked with; undefined marks it with none. */
  mark?(name: string): string | undefined
  /** What a sample is removed through. */
  removing?(admin: Database): Database
}

export const noTamper: Tamper = { emitter: (emitter) => emitter, stored: async () => {} }

export type Outcome = { readonly skipped: string } | { readonly evidence: Evidence }

export interface Scenario {
  /** suite/name */
  readonly id: string
  readonly suite: string
  readonly title: string
  readonly requirements: readonly string[]
  /** The smallest profile that it is part of. */
  readonly profile: Profile
  run(context: Context): Promise<Outcome>
}

/** Whether a scenario is part of a profile. */
export function inProfile(scenario: Scenario, profile: Profile): boolean {
  return profiles.indexOf(scenario.profile) <= profiles.indexOf(profile)
}

/** A scenario as its suite writes it down. */
export interface Definition {
  readonly name: string
  readonly title: string
  readonly requirements: readonly string[]
  readonly profile?: Profile
  readonly run: (context: Context) => Promise<Outcome>
}

/** The scenarios of one suite. */
export function suite(name: string, definitions: readonly Definition[]): Scenario[] {
  return definitions.map((definition) => ({
    id: `${name}/${definition.name}`,
    suite: name,
    title: definition.title,
    requirements: definition.requirements,
    profile: definition.profile ?? 'standard',
    run: definition.run,
  }))
}
