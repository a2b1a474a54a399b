// The last line: the database masks what no policy has seen before it, and counts what it masked.
import { stopSignal } from '../../core/cleanup.ts'
import type { AnyValue } from '../../core/otlp/otlp.ts'
import { until } from '../../core/poll.ts'
import type { Batch } from '../../generators/batch.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { Definition } from '../../harness/scenario.ts'
import { pastTheCollector } from './past-the-collector.ts'
import { planted, prompt } from './prompts.ts'

const ADDRESS = 'carol.private@example.com'
const KEY = 'ghp_Zz0123456789abcdefghijABCDEFGHIJ0123'

export const databaseMasking: Definition = {
  name: 'last-line',
  title: 'masks in the database what comes past the collector, nested values and scope names too, and counts it',
  requirements: ['R14'],
  run: (context) =>
    runExperiment(context, { mark: 'last-line', rules: { maxAudited: 4, counters: false } }, async (experiment) => {
      const before = await auditOf(experiment)
      await using emitter = pastTheCollector(experiment.stack)
      experiment.ledger.plant([ADDRESS, KEY])
      const nested = { kvlistValue: { values: attributes({ note: `write to ${ADDRESS}`, key: KEY }) } }
      const records = [
        prompt(context, 'last-line', 0, { nested }),
        prompt(context, 'last-line', 1, { list: { arrayValue: { values: [{ stringValue: KEY }] } } }),
        prompt(context, 'last-line', 2, {}),
      ]
      const batch = logsBatch(records)
      const [first] = batch.request && 'resourceLogs' in batch.request ? batch.request.resourceLogs : []
      const named = {
        ...batch,
        request: {
          resourceLogs: first
            ? [
                {
                  ...first,
                  scopeLogs: (first.scopeLogs ?? []).map((scope) => ({
                    ...scope,
                    scope: { name: `com.anthropic.claude_code of ${ADDRESS}`, version: '2.1.197' },
                  })),
                },
              ]
            : [],
        },
      }
      await experiment.sendBatches(emitter, [
        planted(named, [
          {
            scopeName: 'com.anthropic.claude_code of [REDACTED_EMAIL]',
            attributes: { nested: '{"key":"[REDACTED_API_KEY]","note":"write to [REDACTED_EMAIL]"}' },
          },
          {
            scopeName: 'com.anthropic.claude_code of [REDACTED_EMAIL]',
            attributes: { list: '["[REDACTED_API_KEY]"]' },
          },
          { scopeName: 'com.anthropic.claude_code of [REDACTED_EMAIL]' },
        ]),
      ])
      const answer = await emitter.send(pointBatch(`com.anthropic.claude_code of ${ADDRESS}`, { nested }))
      experiment.check('audit', 'a data point is accepted', { actual: answer.kind, expected: 'accepted' })
      await experiment.drain()
      const after = await until(
        'the data point is counted',
        async () => {
          const counts = await auditOf(experiment)
          return (counts['metrics pattern'] ?? 0) > (before['metrics pattern'] ?? 0) && counts
        },
        { timeoutMs: 10_000, signal: stopSignal },
        // What was not counted is told by the check, beside what else is wrong.
      ).catch(() => auditOf(experiment))
      const risen = Object.fromEntries(
        Object.entries(after)
          .map(([rule, count]) => [rule, count - (before[rule] ?? 0)] as const)
          .filter(([, count]) => count > 0),
      )
      experiment.check('audit', 'what the last line did is counted', {
        actual: risen,
        expected: { 'logs pattern': 3, 'metrics pattern': 1 },
      })
    }),
}

/** How often the last line has acted so far, by signal and rule. */
async function auditOf(experiment: Experiment): Promise<Record<string, number>> {
  const rows = await experiment.database.rows<{ rule: string; records: number }>(
    "SELECT concat(signal, ' ', rule) AS rule, toUInt32(sum(records)) AS records FROM policy_audit GROUP BY ALL",
  )
  return Object.fromEntries(rows.map(({ rule, records }) => [rule, records]))
}

/** A histogram's data point, a kind that the client never sends. What is stored of it is not matched. */
function pointBatch(scope: string, map: Readonly<Record<string, AnyValue>>): Batch {
  const dataPoints = [{ timeUnixNano: '1700000000000000000', attributes: attributes(map), count: '1', sum: 1 }]
  const metrics = [{ name: 'a.histogram', unit: 's', histogram: { aggregationTemporality: 1, dataPoints } }]
  const request = {
    resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [{ scope: { name: scope }, metrics }] }],
  }
  return { signal: 'metrics', request, expected: [] }
}
