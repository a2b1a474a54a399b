// Values that say nothing, and text that is no UTF-8.
import { createHash } from 'node:crypto'
import { encodeRequest } from '../../core/otlp/codec.ts'
import type { KeyValue, OtlpRequest } from '../../core/otlp/otlp.ts'
import { seededUuid } from '../../core/random.ts'
import { attributes } from '../../generators/hand-made.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import { post, request, rowsOf, rules } from './odd-requests.ts'

const withoutValue: Definition = {
  name: 'without-value',
  title: 'tells a value that was not sent from an empty text and from zero, and keeps a fraction',
  requirements: ['R7'],
  run: (context) =>
    runExperiment(context, { mark: 'without-value', rules }, async (experiment) => {
      const session = seededUuid(context.seed, 'without-value')
      const keys = ['model', 'chapter.number', 'cost_usd', 'input_tokens', 'success', 'error']
      const record = (n: number, value: unknown) => ({
        timeUnixNano: `${context.dataStartMs + n}000000`,
        attributes: [
          ...attributes({
            'session.id': session,
            'event.name': 'api_request',
            'event.sequence': { intValue: String(n) },
          }),
          ...keys.map((key) => (value === 'absent' ? { key } : { key, value })),
        ],
      })
      await post(
        experiment,
        request(
          [{}, null, 'absent', { stringValue: '' }, { doubleValue: 5479.997 }].map((value, n) => record(n, value)),
        ),
      )
      const nothing = { model: null, chapter_id: null, cost_usd: null, input_tokens: null, success: null, error: null }
      experiment.check('schema', 'columns of a record', {
        actual: await rowsOf(
          experiment,
          'SELECT model, chapter_id, cost_usd, input_tokens, success, error FROM telemetry_events WHERE session_id = {session:String} ORDER BY sequence',
          session,
          5,
        ),
        expected: [
          ...[nothing, nothing, nothing],
          { ...nothing, model: '', chapter_id: '', error: '' },
          {
            ...nothing,
            model: '5479.997',
            chapter_id: '5479.997',
            cost_usd: 5479.997,
            input_tokens: 5480,
            error: '5479.997',
          },
        ],
      })
      await pointsWithoutValue(context, experiment, session)
    }),
}

async function pointsWithoutValue(context: Context, experiment: Experiment, session: string): Promise<void> {
  const dataPoint = (what: string, more: object) => ({
    timeUnixNano: `${context.dataStartMs}000000`,
    attributes: attributes({ 'session.id': session, what, model: '' }) as readonly KeyValue[],
    ...more,
  })
  const dataPoints = [
    dataPoint('stale', { flags: 1 }),
    dataPoint('stale with 7', { flags: 1, asDouble: 7 }),
    dataPoint('not a number', { asDouble: 'NaN' }),
    dataPoint('zero', { asDouble: 0 }),
  ]
  const metrics = [
    { name: 'claude_code.odd.gauge', gauge: { dataPoints } },
    { name: 'claude_code.odd.sum', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints } },
  ]
  await post(experiment, { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] } as OtlpRequest)
  // Two kinds are two inserts.
  await experiment.drain()
  experiment.check('schema', 'values of data points', {
    actual: await rowsOf(
      experiment,
      `SELECT DISTINCT attributes['what'] AS what, toUInt32(count()) AS points, arraySort(groupUniqArray(ifNull(toString(value), 'NULL'))) AS shown, any(model) AS model
     FROM telemetry_metrics WHERE session_id = {session:String} GROUP BY what ORDER BY what`,
      session,
      4,
    ),
    expected: [
      { what: 'not a number', points: 2, shown: ['NULL'], model: '' },
      { what: 'stale', points: 2, shown: ['NULL'], model: '' },
      { what: 'stale with 7', points: 2, shown: ['NULL'], model: '' },
      { what: 'zero', points: 2, shown: ['0'], model: '' },
    ],
  })
}

const TEXTS = 60
const PLACEHOLDER = '\u0001'
const MARK_BYTES = 6

/** Bytes of a text that something went wrong with: cut, of another encoding, or anything. At least as long as the mark in its place. */
function brokenText(seed: number, n: number): Buffer {
  const dice = createHash('sha256').update(`${seed}/broken-text/${n}`).digest()
  const pieces = ['ab', 'é', '😀', '\u{FFFD}', '\u{10FFFF}']
  const parts = Array.from({ length: 1 + ((dice[0] ?? 0) % 6) }, (_, part) => {
    const [kind = 0, which = 0, cut = 0, wild = 0] = dice.subarray(1 + 4 * part)
    const piece = Buffer.from(pieces[which % pieces.length] ?? '')
    if (kind < 90) return piece
    if (kind < 170) return piece.subarray(0, cut % piece.length)
    return Buffer.from([wild | 0x80, ...(cut % 2 === 0 ? [which | 0x80] : [])])
  })
  return Buffer.concat([...parts, Buffer.from(' '.repeat(MARK_BYTES))])
}

const brokenTexts: Definition = {
  name: 'broken-text',
  title: 'counts text that is no UTF-8 once, whether it comes as bytes or mended by the program before',
  requirements: ['R7'],
  run: (context): Promise<Outcome> =>
    runExperiment(context, { mark: 'broken-text', rules }, async (experiment) => {
      const session = seededUuid(context.seed, 'broken-text')
      const texts = Array.from({ length: TEXTS }, (_, n) => brokenText(context.seed, n))
      await post(experiment, { signal: 'logs', bytes: spliced(records(context, session), texts) })
      await post(experiment, { signal: 'metrics', bytes: spliced(dataPoints(context, session), texts) })
      const mended = texts.map((bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
      await post(experiment, inserted(records(context, session), mended))
      await post(experiment, inserted(dataPoints(context, session), mended))
      await experiment.drain()
      const [counted] = await rowsOf<object>(
        experiment,
        `SELECT toUInt32((SELECT count() FROM telemetry_events WHERE session_id = {session:String})) AS events,
                toUInt32((SELECT count() FROM telemetry_metrics WHERE session_id = {session:String})) AS points,
                toUInt32((SELECT countIf(NOT isValidUTF8(attributes['prompt'])) FROM telemetry_events WHERE session_id = {session:String})) AS broken,
                toUInt32((SELECT countIf(attributes['neighbour'] != 'whole') FROM telemetry_events WHERE session_id = {session:String})) AS damaged`,
        session,
        1,
      )
      experiment.check(
        'identity',
        'each event and each data point is there once, as text, and its neighbour is whole',
        {
          actual: counted,
          expected: { events: TEXTS, points: TEXTS, broken: 0, damaged: 0 },
        },
      )
    }),
}

function records(context: Context, session: string): OtlpRequest {
  return request(
    Array.from({ length: TEXTS }, (_, n) => ({
      timeUnixNano: `${context.dataStartMs + n}000000`,
      body: { stringValue: 'claude_code.user_prompt' },
      attributes: attributes({ 'session.id': session, prompt: PLACEHOLDER, neighbour: 'whole' }),
    })),
  )
}

function dataPoints(context: Context, session: string): OtlpRequest {
  const points = Array.from({ length: TEXTS }, (_, n) => ({
    timeUnixNano: `${context.dataStartMs + n}000000`,
    asDouble: 1,
    attributes: attributes({ 'session.id': session, tool_name: PLACEHOLDER }),
  }))
  return {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ name: 'claude_code.odd.text', gauge: { dataPoints: points } }] }] },
    ],
  }
}

/** The request's JSON with a text in the place of each placeholder. */
function inserted(template: OtlpRequest, texts: readonly string[]): OtlpRequest {
  let next = 0
  return JSON.parse(JSON.stringify(template), (_key, value: unknown) => (value === PLACEHOLDER ? texts[next++] : value))
}

/** The request's protobuf bytes with bytes in the place of each placeholder, which no encoder would write. */
function spliced(template: OtlpRequest, texts: readonly Buffer[]): Buffer {
  // As long as the bytes that come in its place, so that all lengths are right.
  const marks = texts.map((bytes, n) => `<${n}>`.padEnd(bytes.length, '~'))
  const encoded = encodeRequest(inserted(template, marks))
  marks.forEach((mark, n) => {
    texts[n]?.copy(encoded, encoded.indexOf(mark))
  })
  return encoded
}

export const oddValues: readonly Definition[] = [withoutValue, brokenTexts]
