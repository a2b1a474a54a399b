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
import { type Shape, uniformShape } from '../shape.ts'
import { stream } from '../streams.ts'
import { loremVoice, type Planting, textMaker, type Voice } from '../text-maker.ts'

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
  /** Who works how, in the place of what is drawn. */
  readonly life?: Life
  /** Characters to append to every prompt, for large records. */
  readonly promptPadding?: number
}

/** A session of a certain person's certain way of working. */
export interface Life {
  /** The person's number in the team. */
  readonly member: number
  /** The person's machine. */
  readonly system: number
  readonly model: string
  readonly effort: string
  /** Undefined: the person's own. */
  readonly terminal: string | undefined
  /** `sdk`, where no person looks on, or `repl_main_thread`. */
  readonly querySource: string
  readonly startType: 'fresh' | 'resume' | 'continue'
  /** Whether a seldom event of one kind is certain, by the number of the session. */
  readonly occasion: boolean
  shape(faker: Faker): Shape
  voice(words: Faker): Voice
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
  const { life } = options
  const drawn = personOf(seed, life?.member ?? faker.number.int(23), planting)
  const person = { ...drawn, terminal: life?.terminal ?? drawn.terminal }
  const sessionId = seededUuid(seed, `session/${index}`)
  const context: WorkContext = { sessionId, userId: person.userId, ...placeOf(seed, faker), ...options.context }
  const envelope = envelopeOf(profile, context, person, life?.system ?? faker.number.int(2))
  const skew = named('skew')
  const recorder = createRecorder(profile, envelope, () => skew.datatype.boolean(0.03))
  const meter = createMeter(profile, envelope)
  const metrics: MetricsExport[] = []
  let nowMs = options.startMs
  let promptId: string | undefined
  let promptCount = 0
  const model = life?.model ?? faker.helpers.arrayElement(models)
  const contentOn = options.content === undefined ? faker.datatype.boolean(0.85) : options.content === 'on'
  const shape = life?.shape(faker) ?? uniformShape(faker)
  const words = named('words')
  const scene: Scene = {
    profile,
    faker,
    contentOn,
    model,
    metricModel: options.longContext === true ? `${model}[1m]` : model,
    texts: textMaker(words, named('private'), planting, life?.voice(words) ?? loremVoice(words, faker)),
    shape,
    effort: life?.effort ?? faker.helpers.arrayElement(['high', 'medium', 'low']),
    querySource: life?.querySource ?? faker.helpers.arrayElement(['sdk', 'repl_main_thread']),
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
  const prompts = options.prompts ?? shape.prompts()
  const { startType, occasion = true } = life ?? {}
  playSession(scene, { ...options, ...(startType && { startType }), occasion, flush, prompts })
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
