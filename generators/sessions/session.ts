// One seeded session of the CLI: its events and metrics, each beside what must be stored of it.
import type { Faker } from '@faker-js/faker'
import type { KeyValue } from '../../core/otlp/otlp.ts'
import { seededUuid } from '../../core/random.ts'
import { envelopeOf } from '../envelope.ts'
import { models } from '../events/api.ts'
import { playSession } from '../events/play.ts'
import { createMeter, type MetricsExport } from '../metrics.ts'
import { personOf, placeOf, type WorkContext } from '../people.ts'
import type { VersionProfile } from '../profiles.ts'
import { createRecorder, type SessionEvent } from '../recorder.ts'
import type { Scene } from '../session-context.ts'
import { stream } from '../streams.ts'
import { type Planting, textMaker } from '../text-maker.ts'

export interface SessionOptions {
  readonly seed: number
  /** Which session of the seed; sessions of one seed are independent of each other. */
  readonly index: number
  /** When it starts: milliseconds since the epoch, whole. */
  readonly startMs: number
  readonly profile: VersionProfile
  /** How many prompts; drawn from 1 to 4 when absent. */
  readonly prompts?: number
  /** `some` when absent. */
  readonly planting?: Planting
  readonly context?: Partial<WorkContext>
  /** Content gates; drawn (mostly on) when absent. */
  readonly content?: 'on' | 'off'
  /** Metrics name the model with `[1m]`, events without, as the real client does with a long context. False when absent. */
  readonly longContext?: boolean
  /** Characters to append to every prompt, for large records. */
  readonly promptPadding?: number
}

export interface Session {
  readonly context: WorkContext
  readonly profile: VersionProfile
  readonly resource: readonly KeyValue[]
  /** In the order of time and of event.sequence. */
  readonly events: readonly SessionEvent[]
  readonly metrics: readonly MetricsExport[]
  /** Every private text in it, each once. */
  readonly planted: readonly string[]
  readonly startMs: number
  readonly endMs: number
}

/** Generates a session; the same options give the same session, to the byte. */
export function generateSession(options: SessionOptions): Session {
  const { seed, index, profile, planting = 'some' } = options
  const named = (name: string): Faker => stream(seed, `session/${index}/${name}`)
  const faker = named('shape')
  const person = personOf(seed, faker.number.int(23), planting)
  const sessionId = seededUuid(seed, `session/${index}`)
  const context: WorkContext = { sessionId, userId: person.userId, ...placeOf(seed, faker), ...options.context }
  const envelope = envelopeOf(profile, context, person, faker.number.int(2))
  const skew = named('skew')
  const recorder = createRecorder(profile, envelope, () => skew.datatype.boolean(0.03))
  const meter = createMeter(profile, envelope)
  const metrics: MetricsExport[] = []
  let nowMs = options.startMs
  let promptId: string | undefined
  let promptCount = 0
  const model = faker.helpers.arrayElement(models)
  const contentOn = options.content === undefined ? faker.datatype.boolean(0.85) : options.content === 'on'
  const scene: Scene = {
    profile,
    faker,
    contentOn,
    model,
    metricModel: options.longContext === true ? `${model}[1m]` : model,
    texts: textMaker(named('words'), named('private'), planting),
    effort: faker.helpers.arrayElement(['high', 'medium', 'low']),
    querySource: faker.helpers.arrayElement(['sdk', 'repl_main_thread']),
    nowMs: () => nowMs,
    pass: (minMs, maxMs) => (nowMs += faker.number.int({ min: minMs, max: maxMs })),
    record: (name, fields) => recorder.record(name, nowMs, promptId, fields),
    add: (instrument, value, attributes) => meter.add(instrument, value, attributes, nowMs),
    beginPrompt: () => {
      promptId = seededUuid(seed, `session/${index}/prompt/${promptCount}`)
      promptCount += 1
    },
  }
  const flush = () => {
    const exported = meter.export(scene.pass(1, 10))
    if (exported !== undefined) metrics.push(exported)
  }
  playSession(scene, { ...options, flush, prompts: options.prompts ?? faker.number.int({ min: 1, max: 4 }) })
  const planted = new Set([envelope.common, envelope.resource, ...recorder.events].flatMap((part) => part.planted))
  return {
    context,
    profile,
    resource: envelope.resource.sent,
    events: recorder.events,
    metrics,
    planted: [...planted],
    startMs: options.startMs,
    endMs: nowMs,
  }
}
