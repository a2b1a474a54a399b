// Records that other clients send: of one moment, named by OTLP only, without a time.
import { nowMs } from '../../core/clock.ts'
import type { AnyValue } from '../../core/otlp/otlp.ts'
import { seededUuid } from '../../core/random.ts'
import { attributes } from '../../generators/hand-made.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import type { Definition } from '../../harness/scenario.ts'
import { post, request, rowsOf, rules, sentTwice } from './odd-requests.ts'

const sameMillisecond: Definition = {
  name: 'same-millisecond',
  title:
    'keeps events apart that one session has in one millisecond, with and without a sequence, also when they are sent again',
  requirements: ['R7'],
  run: (context) =>
    runExperiment(context, { mark: 'same-millisecond', rules }, async (experiment) => {
      const session = seededUuid(context.seed, 'same-millisecond')
      const timeUnixNano = `${context.dataStartMs}000000`
      const event = (part: string, name: string, more: Readonly<Record<string, AnyValue | string>>) => ({
        timeUnixNano,
        body: { stringValue: `claude_code.${name}` },
        attributes: attributes({ 'session.id': `${session}-${part}`, 'event.name': name, ...more }),
      })
      const first = { 'event.sequence': { intValue: '0' } }
      await sentTwice(experiment, session, [
        ...['Read', 'Grep', 'Glob', 'Bash'].map((tool_name) =>
          event('tools', 'tool_result', { tool_name, success: 'true' }),
        ),
        ...[0.5, 0.01, 0.02].map((doubleValue) =>
          event('costs', 'api_request', { model: 'haiku', cost_usd: { doubleValue } }),
        ),
        ...['a', 'b'].map((hook) => event('hooks', 'hook_execution_start', { ...first, hook_name: `hook-${hook}` })),
        ...[1, 2].map((n) => event('sizes', 'tool_result', { ...first, tool_result_size_bytes: String(n) })),
        ...['one', 'two'].map((stringValue) => ({ ...event('bodies', 'note', {}), body: { stringValue } })),
        // Named by OTLP alone.
        ...['user_prompt', 'api_request'].map((name) => ({
          timeUnixNano,
          eventName: `claude_code.${name}`,
          attributes: attributes({ 'session.id': `${session}-named`, cost_usd: { doubleValue: 0.5 } }),
        })),
      ])
      const rows = await rowsOf(
        experiment,
        `SELECT substring(session_id, 38) AS part, toUInt32(count()) AS events, round(sum(cost_usd), 2) AS cost,
                arraySort(groupUniqArray(event_type)) AS types
         FROM telemetry_events WHERE startsWith(session_id, {session:String}) GROUP BY part ORDER BY part`,
        session,
        6,
      )
      experiment.check('identity', 'events of each part, their cost and their names', {
        actual: rows,
        expected: [
          { part: 'bodies', events: 2, cost: null, types: ['note'] },
          { part: 'costs', events: 3, cost: 0.53, types: ['api_request'] },
          { part: 'hooks', events: 2, cost: null, types: ['hook_execution_start'] },
          { part: 'named', events: 2, cost: 1, types: ['api_request', 'user_prompt'] },
          { part: 'sizes', events: 2, cost: null, types: ['tool_result'] },
          { part: 'tools', events: 4, cost: null, types: ['tool_result'] },
        ],
      })
    }),
}

const withoutTime: Definition = {
  name: 'without-time',
  title: 'shows a record without any time at the time when it first came, once, also when it is sent again',
  requirements: ['R7'],
  run: (context) =>
    runExperiment(context, { mark: 'without-time', rules }, async (experiment) => {
      const session = seededUuid(context.seed, 'without-time')
      const observedTimeUnixNano = `${context.dataStartMs}000000`
      const event = (n: number, more: Readonly<Record<string, AnyValue | string>>) => ({
        body: { stringValue: 'claude_code.tool_result' },
        attributes: attributes({ 'session.id': session, 'event.name': 'tool_result', n: String(n), ...more }),
      })
      const records = [
        event(0, {}),
        event(1, {}),
        { ...event(2, { 'event.sequence': { intValue: '1' } }), timeUnixNano: '0' },
        { ...event(3, { 'event.sequence': { intValue: '2' } }), timeUnixNano: '0', observedTimeUnixNano: '0' },
        { ...event(4, {}), timeUnixNano: '0', observedTimeUnixNano },
      ]
      const point = { timeUnixNano: '0', asDouble: 7, attributes: attributes({ 'session.id': session }) }
      const points = {
        resourceMetrics: [
          { scopeMetrics: [{ metrics: [{ name: 'claude_code.odd', gauge: { dataPoints: [point] } }] }] },
        ],
      }
      const look = () =>
        rowsOf<{ n: string; time: string }>(
          experiment,
          `SELECT n, time FROM (SELECT attributes['n'] AS n, toString(toUnixTimestamp64Nano(timestamp)) AS time FROM telemetry_events WHERE session_id = {session:String}
           UNION ALL SELECT 'point' AS n, toString(toUnixTimestamp64Nano(timestamp)) AS time FROM telemetry_metrics WHERE session_id = {session:String}) ORDER BY n`,
          session,
          6,
        )
      const before = nowMs()
      await post(experiment, request(records))
      await post(experiment, points)
      const once = await look()
      await post(experiment, request(records))
      await post(experiment, points)
      await experiment.drain()
      experiment.check('identity', 'sent again, they are the same, at the same times', {
        actual: await look(),
        expected: once,
      })
      const after = nowMs()
      // The clocks of this process and of the containers' engine are one machine's.
      const shown = once.map(({ n, time }) => [
        n,
        time === observedTimeUnixNano ? 'observed' : isWithin(Number(time) / 1e6, before, after),
      ])
      experiment.check('identity', 'each is shown at the time when it came, or was observed', {
        actual: shown,
        expected: [
          ['0', true],
          ['1', true],
          ['2', true],
          ['3', true],
          ['4', 'observed'],
          ['point', true],
        ],
      })
    }),
}

function isWithin(ms: number, from: number, to: number): boolean {
  return ms >= from - 1_000 && ms <= to + 1_000
}

export const oddRecords: readonly Definition[] = [sameMillisecond, withoutTime]
