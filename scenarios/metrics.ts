// Metrics: the events and the metrics of a session agree, and the alternative without a database shows running totals.

import { until } from '../core/poll.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { emptyEvidence } from '../harness/judge/model/evidence.ts'
import { replay } from '../harness/rigs/emitters.ts'
import type { Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'

export const metrics: Scenario[] = suite('metrics', [
  {
    name: 'reconciled',
    title: 'adds up to the same tokens and cost from events and from metrics',
    requirements: ['R5', 'R7'],
    run: (context) =>
      runExperiment(context, { mark: 'reconciled' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const load = sessionsLoad({ seed: context.seed, sessions: 10, startMs: context.dataStartMs, spreadMs: 60_000 })
        await experiment.sendLoad(emitter, load)
        await experiment.drain()
        const [events] = await experiment.database.rows<{ tokens: number; cost: number }>(
          'SELECT sum(tokens) AS tokens, round(sum(cost_usd), 6) AS cost FROM telemetry_events WHERE session_id IN {sessions:Array(String)}',
          { sessions: load.sessionIds },
        )
        const [points] = await experiment.database.rows<{ tokens: number; cost: number }>(
          "SELECT toInt64(sumIf(value, metric_name = 'token.usage')) AS tokens, round(sumIf(value, metric_name = 'cost.usage'), 6) AS cost FROM telemetry_metrics WHERE session_id IN {sessions:Array(String)}",
          { sessions: load.sessionIds },
        )
        experiment.check('query', 'tokens and cost of metrics are those of events', {
          actual: points,
          expected: events,
        })
        experiment.check('query', 'there was something to compare', {
          actual: (events?.tokens ?? 0) > 0,
          expected: true,
        })
      }),
  },
  {
    name: 'prometheus',
    title: 'turns deltas into running totals for Prometheus, without a database and without private texts',
    requirements: ['R3'],
    run: async (context) => {
      const stack = await context.ownStack({ shape: 'metrics' })
      const load = sessionsLoad({
        seed: context.seed,
        sessions: 4,
        startMs: context.startMs - 600_000,
        spreadMs: 1000,
        planting: 'dense',
        exportIntervalMs: 5_000,
      })
      await using emitter = replay(stack, 'grpc')
      const expected = new Map<string, number>()
      const answers: string[] = []
      for (const batch of load.batches) {
        answers.push((await emitter.send(batch)).kind)
        if (batch.signal !== 'metrics') continue
        for (const record of batch.expected) {
          if (record.signal === 'metrics') expected.set(record.name, (expected.get(record.name) ?? 0) + record.value)
        }
      }
      const scraped = await until(
        'the totals on the Prometheus endpoint',
        async () => {
          const text = await (await fetch(stack.endpoints.prometheus ?? '')).text()
          return totalOf(text, 'claude_code_token_usage') >= (expected.get('claude_code.token.usage') ?? 0) && text
        },
        { timeoutMs: 5_000 },
      ).catch(async () => (await fetch(stack.endpoints.prometheus ?? '')).text())
      const comparisons = ['token.usage', 'cost.usage', 'session.count', 'active_time.total'].map((name) => ({
        oracle: 'query' as const,
        what: `total of ${name}`,
        expected: (expected.get(`claude_code.${name}`) ?? 0).toFixed(6),
        actual: totalOf(scraped, `claude_code_${name.replace('.total', '').replaceAll('.', '_')}`).toFixed(6),
      }))
      const leaks = load.planted
        .filter((text) => text.length >= 4 && scraped.includes(text))
        .map((text) => `Prometheus shows ${JSON.stringify(text)}`)
      return {
        evidence: {
          ...emptyEvidence,
          leaks,
          planted: load.planted.length,
          comparisons: [
            ...comparisons,
            {
              oracle: 'schema',
              what: 'every request is answered, events too',
              expected: true,
              actual: answers.every((kind) => kind === 'accepted'),
            },
          ],
        },
      }
    },
  },
])

/** The sum over all series whose name begins so (unit and `_total` are appended by the exporter). */
function totalOf(text: string, name: string): number {
  let total = 0
  for (const [, value] of text.matchAll(new RegExp(`^${name}\\w*\\{[^}]*\\} ([0-9.e+-]+)`, 'gm')))
    total += Number(value)
  return total
}
