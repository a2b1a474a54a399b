// Ingest: what is sent is stored, whatever the protocol, the size, the order or the time.

import type { LogRecord } from '../core/otlp/otlp.ts'
import { until } from '../core/poll.ts'
import { seededUuid } from '../core/random.ts'
import type { Batch } from '../generators/batch.ts'
import { captureNames, loadCapture } from '../generators/captures.ts'
import { attributes, logsBatch } from '../generators/hand-made.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { type Protocol, protocols, replay, sdk } from '../harness/rigs/emitters.ts'
import type { Context, Outcome, Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'

const DAY_MS = 86_400_000
/** Events of a session's first export in the load of a thousand sessions. */
const FIRST_EXPORT = 10

async function replayCaptures(
  context: Context,
  protocol: Protocol,
  framing: 'length' | 'chunked',
  compression: 'gzip' | 'none' = 'none',
): Promise<Outcome> {
  return runExperiment(context, { mark: `captures-${protocol}-${framing}-${compression}` }, async (experiment) => {
    await using emitter = replay(experiment.stack, protocol, framing, compression)
    for (const name of captureNames) {
      context.progress(`replaying ${name}`)
      await experiment.sendLoad(
        emitter,
        await loadCapture(name, { shiftToMs: context.dataStartMs, seed: context.seed }),
      )
    }
  })
}

async function sendGenerated(context: Context, protocol: Protocol): Promise<Outcome> {
  return runExperiment(context, { mark: `generated-${protocol}` }, async (experiment) => {
    await using emitter = sdk(experiment.stack, protocol)
    const load = sessionsLoad({
      seed: context.seed,
      sessions: 12,
      startMs: context.dataStartMs,
      spreadMs: DAY_MS / 2,
      prompts: 3,
    })
    await experiment.sendLoad(emitter, load)
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
      runExperiment(context, { mark: 'large' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const text = 'The quick brown fox jumps over the lazy dog. '.repeat(1400).slice(0, 61_440)
        await experiment.sendBatches(emitter, [
          logsBatch([record(context, 'large', 0, context.dataStartMs, { prompt: text })]),
        ])
      }),
  },
  {
    name: 'unicode',
    title: 'keeps every script, emoji, control character and line break as it was sent',
    requirements: ['R5'],
    run: (context) =>
      runExperiment(context, { mark: 'unicode' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/json')
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
        await experiment.sendBatches(emitter, [
          logsBatch(
            texts.map((text, index) =>
              record(context, 'unicode', index, context.dataStartMs + index, { prompt: text }),
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
      runExperiment(context, { mark: 'empty' }, async (experiment) => {
        for (const protocol of protocols) {
          await using emitter = replay(experiment.stack, protocol)
          await experiment.sendBatches(emitter, [
            { signal: 'logs', request: { resourceLogs: [] }, expected: [] },
            { signal: 'metrics', request: { resourceMetrics: [] }, expected: [] },
            logsBatch([]),
            logsBatch([record(context, `empty-${protocol}`, 0, context.dataStartMs)]),
          ])
        }
      }),
  },
  {
    name: 'thousand-sessions',
    title: 'stores what a thousand sessions send first, all at once over eight connections',
    requirements: ['R5', 'R7'],
    run: (context) =>
      runExperiment(context, { mark: 'thousand' }, async (experiment) => {
        context.progress('generating 1,000 sessions')
        const load = sessionsLoad({
          seed: context.seed,
          sessions: 1000,
          startMs: context.dataStartMs,
          spreadMs: DAY_MS / 2,
          prompts: 1,
          planting: 'none',
          batchSize: FIRST_EXPORT,
        })
        await using connections = new AsyncDisposableStack()
        const emitters = Array.from({ length: 8 }, () => connections.use(replay(experiment.stack, 'grpc')))
        // The first events of each and the metrics of every fourth: more of the same tells nothing new and takes its time.
        const logs = firstOfEach(load.batches.filter(({ signal }) => signal === 'logs'))
        const metrics = load.batches.filter(({ signal }) => signal === 'metrics').filter((_, index) => index % 4 === 0)
        const batches = [...logs, ...metrics]
        experiment.check('load', 'sessions', { actual: logs.length, expected: 1000 })
        context.progress(`sending ${batches.length} requests`)
        await experiment.sendParallel(emitters, batches)
      }),
  },
  {
    name: 'delivered-twice',
    title: 'shows every event and metric once, although all of them were delivered and stored twice',
    requirements: ['R7'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'twice' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const load = sessionsLoad({ seed: context.seed, sessions: 4, startMs: context.dataStartMs, spreadMs: 1000 })
        const rawRows = async () => {
          const [row] = await experiment.database.rows<{ raw: number }>(
            "SELECT count() AS raw FROM logs_raw WHERE attributes['session.id'] IN {sessions:Array(String)}",
            { sessions: load.sessionIds },
          )
          return row?.raw ?? 0
        }
        await experiment.sendLoad(emitter, load)
        await experiment.drain()
        const once = await rawRows()
        await experiment.sendLoad(emitter, load)
        const twice = await until('the second delivery', async () => (await rawRows()) >= 2 * once, {
          timeoutMs: 10_000,
        })
        experiment.check('storage', 'all records were really stored twice', { actual: twice, expected: true })
      }),
  },
  {
    name: 'long-session',
    title: 'stores more than a thousand events of one session',
    requirements: ['R12'],
    run: (context) =>
      runExperiment(context, { mark: 'long' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const load = sessionsLoad({
          seed: context.seed,
          sessions: 1,
          startMs: context.dataStartMs,
          spreadMs: 1,
          prompts: 120,
        })
        experiment.check('load', 'more than 1,000 events were sent', {
          actual: load.batches.reduce((sum, { expected }) => sum + expected.length, 0) > 1000,
          expected: true,
        })
        await experiment.sendLoad(emitter, load)
      }),
  },
  {
    name: 'times',
    title:
      'keeps the nanosecond of events that come out of order, from the far past, from the future and from beyond what a column holds',
    requirements: ['R7'],
    run: (context) =>
      runExperiment(context, { mark: 'times' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/protobuf')
        const at = context.dataStartMs
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
        await experiment.sendBatches(emitter, [
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
