// The queries that people run, against what was worked out by hand from the recordings.
import { captureNames, loadCapture } from '../../generators/captures.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Definition } from '../../harness/scenario.ts'
import { runQuery } from '../../stack/clickhouse/query.ts'

// The recording tools-grpc, read off by hand. Sequence 5 read a file below /secret/: the policy leaves it out.
const TRACE = [
  [0, 'user_prompt', null, null, null, null],
  [1, 'tool_decision', 'Bash', null, null, null],
  [2, 'api_request', null, null, 73, 0.00922],
  [3, 'tool_result', 'Bash', true, 47, null],
  [4, 'tool_decision', 'Read', null, null, null],
  [6, 'tool_decision', 'Write', null, null, null],
  [7, 'tool_result', 'Write', true, 9, null],
  [8, 'api_request', null, null, 22, 0.01021],
  [9, 'tool_decision', 'Edit', null, null, null],
  [10, 'tool_result', 'Edit', true, 7, null],
  [11, 'tool_decision', 'Grep', null, null, null],
  [12, 'tool_result', 'Grep', true, 8, null],
  [13, 'api_request', null, null, 17, 0.010870000000000001],
  [14, 'assistant_response', null, null, null, null],
]

export const queries: Definition = {
  name: 'queries',
  title:
    'cost by chapter, error patterns and the trace of a session give what was worked out by hand from the recordings',
  requirements: ['R7', 'R8'],
  run: async (context) => {
    // A stack of its own: these queries look at all that is there.
    const stack = await context.ownStack()
    return runExperiment(
      context,
      { mark: 'queries' },
      async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const sessions: Record<string, string> = {}
        for (const name of captureNames) {
          const load = await loadCapture(name, { shiftToMs: context.dataStartMs, seed: context.seed })
          sessions[name] = load.sessionIds[0] ?? ''
          await experiment.sendLoad(emitter, load)
        }
        await experiment.drain()
        const now = { now: String(context.startMs / 1000) }
        const query = (name: string, parameters: Readonly<Record<string, string>>) =>
          runQuery<Record<string, unknown>>(experiment.database, context.stackDirectory, name, parameters)

        const cost = await query('cost-by-chapter', now)
        experiment.check('query', 'cost by chapter', {
          actual: cost.map((row) => ({ ...row, total_cost: Number(row.total_cost).toFixed(5) })),
          expected: [{ chapter_id: '12', total_cost: '0.75829', event_count: 164 }],
        })
        experiment.check('query', 'error patterns', {
          actual: await query('error-patterns', now),
          expected: [
            { error_type: 'invalid_request', occurrences: 1, affected_sessions: [sessions['api-error'] ?? ''] },
          ],
        })
        const later = { now: String(context.startMs / 1000 + 31 * 86_400) }
        experiment.check('query', 'error patterns a month later', {
          actual: await query('error-patterns', later),
          expected: [],
        })
        const trace = await query('session-trace', { session: sessions['tools-grpc'] ?? '' })
        experiment.check('query', 'trace of one session', {
          actual: trace.map((row) => [
            row.sequence,
            row.event_type,
            row.tool_name,
            row.success,
            row.duration_ms,
            row.cost_usd,
          ]),
          expected: TRACE,
        })
      },
      stack,
    )
  },
}
