// What the events of a session share while they are written: time, chance, texts, and where records and sums go.
import type { Faker } from '@faker-js/faker'
import type { Fields } from './fields.ts'
import type { Instrument } from './metrics.ts'
import type { VersionProfile } from './profiles.ts'
import type { Shape } from './shape.ts'
import type { TextMaker } from './text-maker.ts'

export interface Scene {
  readonly profile: VersionProfile
  /** Chance for the shape of the session. */
  readonly faker: Faker
  readonly texts: TextMaker
  readonly shape: Shape
  /** Content gates: prompts, responses and tool details are sent. */
  readonly contentOn: boolean
  readonly model: string
  /** The model's name in cost and token metrics: real clients add `[1m]` there and not on the events. */
  readonly metricModel: string
  readonly effort: string
  /** query_source of events: `sdk` when headless, `repl_main_thread` when interactive. */
  readonly querySource: string
  /** Lets time pass and returns the new time. */
  pass(minMs: number, maxMs: number): number
  /** Milliseconds since the epoch, whole. */
  readonly nowMs: () => number
  record(name: string, fields: Fields): void
  add(instrument: Instrument, value: number, attributes: Readonly<Record<string, string | undefined>>): void
  /** Begins a new prompt: the prompt.id of the events that follow. */
  beginPrompt(): void
}
