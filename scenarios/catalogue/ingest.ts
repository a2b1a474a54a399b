// Ingest: what is sent is stored, whatever the protocol, the size, the order or the time.

import type { LogRecord } from '../../core/otlp/otlp.ts'
import { until } from '../../core/poll.ts'
import { seededUuid } from '../../core/random.ts'
import type { Batch } from '../../generators/batch.ts'
import { captureNames, loadCapture } from '../../generators/captures.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { aDayBefore, attributes, logsBatch, proven, suite } from './define.ts'
import { type Protocol, protocols, replay, sdk } from './emitters.ts'

const DAY_MS = 86_400_000
/** Events of a session's first export in the load of a thousand sessions. */
const FIRST_EXPORT = 10

async function replayCaptures(
  context: Context,
  protocol: Protocol,
  framing: 'length' | 'chunked',
  compression: 'gzip' | 'none' = 'none',
): Promise<Outcome> {
  return proven(context, { mark: `captures-${protocol}-${framing}-${compression}` }, async (proof) => {
    await using emitter = replay(proof.stack, protocol, framing, compression)
    for (const name of captureNames) {
      context.progress(`replaying ${name}`)
      await proof.deliver(emitter, await loadCapture(name, { shiftToMs: aDayBefore(context), seed: context.seed }))
    }
  })
}

async function sendGenerated(context: Context, protocol: Protocol): Promise<Outcome> {
  return proven(context, { mark: `generated-${protocol}` }, async (proof) => {
    await using emitter = sdk(proof.stack, protocol)
    const load = sessionsLoad({
      seed: context.seed,
      sessions: 12,
      startMs: aDayBefore(context),
      spreadMs: DAY_MS / 2,
      prompts: 3,
    })
    await proof.deliver(emitter, load)
  })
}

function record(
  context: Context,
  name: string,
  sequence: number,
  timeMs: number,
  more: Readonly<Record<string, string>> = {},
): LogRecord {
  return {
    timeUnixNano: `${timeMs}000000`,
    observedTimeUnixNano: `${timeMs}000000`,
    body: { stringValue: 'claude_code.user_prompt' },
    attributes: attributes({
      'session.id': seededUuid(context.seed, name),
      'event.name': 'user_prompt',
      'event.sequence': { intValue: String(sequence) },
      ...more,
    }),
  }
}

export const ingest: Scenario[] = suite('ingest', [
  ...protocols.map((protocol) => ({
    name: `captures-${protocol.replace('/', '-')}`,
    title: `stores recorded telemetry as it is, sent over ${protocol}`,
    requirements: ['R1', 'R3', 'R5'],
    profile: protocol === 'grpc' ? ('smoke' as const) : ('standard' as const),
    run: (context: Context) => replayCaptures(context, protocol, 'length'),
  })),
  {
    name: 'captures-http-protobuf-chunked',
    title: 'stores requests in chunks without a Content-Length, as some versions of the client send them',
    requirements: ['R1', 'R5'],
    run: (context) => replayCaptures(context, 'http/protobuf', 'chunked'),
  },
  {
    name: 'captures-http-json-chunked-gzip',
    title: 'stores compressed JSON in chunks',
    requirements: ['R1', 'R5'],
    run: (context) => replayCaptures(context, 'http/json', 'chunked', 'gzip'),
  },
  ...protocols.map((protocol) => ({
    name: `generated-${protocol.replace('/', '-')}`,
    title: `stores every event and metric of generated sessions, sent by the official exporter over ${protocol}`,
    requirements: ['R1', 'R5'],
    profile: protocol === 'grpc' ? ('smoke' as const) : ('standard' as const),
    run: (context: Context) => sendGenerated(context, protocol),
  })),
  {
    name: 'large-attribute',
    title: 'keeps an attribute of 60 KB whole',
    requirements: ['R5'],
    profile: 'smoke',
    run: (context) =>
      proven(context, { mark: 'large' }, async (proof) => {
        await using emitter = replay(proof.stack, 'grpc')
        const text = 'The quick brown fox jumps over the lazy dog. '.repeat(1400).slice(0, 61_440)
        await proof.deliverBatches(emitter, [
          logsBatch([record(context, 'large', 0, aDayBefore(context), { prompt: text })]),
        ])
      }),
  },
  {
    name: 'unicode',
    title: 'keeps every script, emoji, control character and line break as it was sent',
    requirements: ['R5'],
    run: (context) =>
      proven(context, { mark: 'unicode' }, async (proof) => {
        await using emitter = replay(proof.stack, 'http/json')
        const texts = [
          'Grüße, 世界, שלום, مرحبا, 🚀👩‍👩‍👧',
          'a\tb\nc\r\nd',
          '\u0000\u0001\u007f',
          '"quotes" \\back\\slashes\\ \'single\'',
          '\u202eright to left\u202c',
          '',
          ' ',
          '{"json":["in a string"]}',
        ]
        await proof.deliverBatches(emitter, [
          logsBatch(
            texts.map((text, index) =>
              record(context, 'unicode', index, aDayBefore(context) + index, { prompt: text }),
            ),
          ),
        ])
      }),
  },
  {
    name: 'empty-batches',
    title: 'accepts empty requests and loses nothing around them',
    requirements: ['R1'],
    run: (context) =>
      proven(context, { mark: 'empty' }, async (proof) => {
        for (const protocol of protocols) {
          await using emitter = replay(proof.stack, protocol)
          await proof.deliverBatches(emitter, [
            { signal: 'logs', request: { resourceLogs: [] }, expected: [] },
            { signal: 'metrics', request: { resourceMetrics: [] }, expected: [] },
            logsBatch([]),
            logsBatch([record(context, `empty-${protocol}`, 0, aDayBefore(context))]),
          ])
        }
      }),
  },
  {
    name: 'thousand-sessions',
    title: 'stores what a thousand sessions send first, all at once over eight connections',
    requirements: ['R5', 'R7'],
    run: (context) =>
      proven(context, { mark: 'thousand' }, async (proof) => {
        context.progress('generating 1,000 sessions')
        const load = sessionsLoad({
          seed: context.seed,
          sessions: 1000,
          startMs: aDayBefore(context),
          spreadMs: DAY_MS / 2,
          prompts: 1,
          planting: 'none',
          batchSize: FIRST_EXPORT,
        })
        await using connections = new AsyncDisposableStack()
        const emitters = Array.from({ length: 8 }, () => connections.use(replay(proof.stack, 'grpc')))
        // The first events of each and the metrics of every fourth: more of the same tells nothing new and takes its time.
        const logs = firstOfEach(load.batches.filter(({ signal }) => signal === 'logs'))
        const metrics = load.batches.filter(({ signal }) => signal === 'metrics').filter((_, index) => index % 4 === 0)
        const batches = [...logs, ...metrics]
        proof.compare('load', 'sessions', logs.length, 1000)
        context.progress(`sending ${batches.length} requests`)
        await proof.deliverParallel(emitters, batches)
      }),
  },
  {
    name: 'delivered-twice',
    title: 'shows every event and metric once, although all of them were delivered and stored twice',
    requirements: ['R7'],
    profile: 'smoke',
    run: (context) =>
      proven(context, { mark: 'twice' }, async (proof) => {
        await using emitter = replay(proof.stack, 'grpc')
        const load = sessionsLoad({ seed: context.seed, sessions: 4, startMs: aDayBefore(context), spreadMs: 1000 })
        const rawRows = async () => {
          const [row] = await proof.database.rows<{ raw: number }>(
            "SELECT count() AS raw FROM logs_raw WHERE attributes['session.id'] IN {sessions:Array(String)}",
            { sessions: load.sessionIds },
          )
          return row?.raw ?? 0
        }
        await proof.deliver(emitter, load)
        await proof.settle()
        const once = await rawRows()
        await proof.deliver(emitter, load)
        const twice = await until('the second delivery', async () => (await rawRows()) >= 2 * once, {
          timeoutMs: 10_000,
        })
        proof.compare('storage', 'all records were really stored twice', twice, true)
      }),
  },
  {
    name: 'long-session',
    title: 'stores more than a thousand events of one session',
    requirements: ['R12'],
    run: (context) =>
      proven(context, { mark: 'long' }, async (proof) => {
        await using emitter = replay(proof.stack, 'grpc')
        const load = sessionsLoad({
          seed: context.seed,
          sessions: 1,
          startMs: aDayBefore(context),
          spreadMs: 1,
          prompts: 120,
        })
        proof.compare(
          'load',
          'more than 1,000 events were sent',
          load.batches.reduce((sum, { expected }) => sum + expected.length, 0) > 1000,
          true,
        )
        await proof.deliver(emitter, load)
      }),
  },
  {
    name: 'times',
    title:
      'keeps the nanosecond of events that come out of order, from the far past, from the future and from beyond what a column holds',
    requirements: ['R7'],
    run: (context) =>
      proven(context, { mark: 'times' }, async (proof) => {
        await using emitter = replay(proof.stack, 'http/protobuf')
        const at = aDayBefore(context)
        const shuffled = [5, 3, 9, 1, 7, 0, 8, 2, 6, 4].map((index) =>
          record(context, 'times', index, at + index * 1000),
        )
        const years = [1971, 1999, 2024, 2038, 2106, 2199, 2261].map((year, index) =>
          record(context, 'times', 100 + index, Date.UTC(year, 5, 15)),
        )
        const nanoseconds = ['1', '999999999'].map((digits, index) => ({
          ...record(context, 'times', 200 + index, at),
          timeUnixNano: `${Math.floor(at / 1000)}${digits.padStart(9, '0')}`,
        }))
        const manyMonths = Array.from({ length: 150 }, (_, index) =>
          record(context, 'times', 300 + index, Date.UTC(2010, index, 3)),
        )
        await proof.deliverBatches(emitter, [
          logsBatch(shuffled),
          logsBatch(years),
          logsBatch(nanoseconds),
          logsBatch(manyMonths),
        ])
      }),
  },
])

/** The first batch of each session. */
function firstOfEach(batches: readonly Batch[]): Batch[] {
  return [...Map.groupBy(batches, ({ expected }) => expected[0]?.attributes['session.id']).values()].flatMap(
    ([first]) => first ?? [],
  )
}
