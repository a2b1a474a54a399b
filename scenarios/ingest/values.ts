// Values at the edges: large ones, every script, none at all, and times from far away.
import type { LogRecord } from '../../core/otlp/otlp.ts'
import { seededUuid } from '../../core/random.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { protocols, replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'

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

export const values: readonly Definition[] = [
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
]

export const times: Definition = {
  name: 'times',
  title:
    'keeps the nanoseconds of events that are out of order, far in the past, in the future, or beyond the range of a column',
  requirements: ['R7'],
  run: (context) =>
    runExperiment(context, { mark: 'times' }, async (experiment) => {
      await using emitter = replay(experiment.stack, 'http/protobuf')
      const at = context.dataStartMs
      const shuffled = [5, 3, 9, 1, 7, 0, 8, 2, 6, 4].map((index) => record(context, 'times', index, at + index * 1000))
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
}
