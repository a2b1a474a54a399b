// A person who is forgotten: their records go, come no more, and nobody else loses one.
import { stopSignal } from '../../core/cleanup.ts'
import { until } from '../../core/poll.ts'
import { seededUuid } from '../../core/random.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { forget } from '../../stack/forget/forget.ts'
import { storedValues } from '../../stack/forget/person.ts'

const WAIT_MS = 20_000
const ADDRESS = 'forgotten.person@example.com'

/** Two people share a session; one record of it names nobody, and another session is the other's. */
function requests(context: Context) {
  const record = (session: string, sequence: number, person: Readonly<Record<string, string>>) => ({
    timeUnixNano: `${context.dataStartMs + sequence}000000`,
    body: { stringValue: 'claude_code.user_prompt' },
    attributes: attributes({
      'session.id': seededUuid(context.seed, session),
      'event.name': 'user_prompt',
      'event.sequence': { intValue: String(sequence) },
      ...person,
    }),
  })
  return logsBatch([
    record('shared', 0, { 'user.email': ADDRESS }),
    record('shared', 1, {}),
    record('shared', 2, { 'user.email': 'somebody.else@example.com' }),
    record('own', 3, { 'user.email': 'somebody.else@example.com' }),
  ])
}

export const forgotten: Definition = {
  name: 'forgotten',
  title: 'deletes a person who is forgotten, stores nothing that still comes of them, and touches nobody else',
  requirements: ['R13', 'R18'],
  profile: 'full',
  run: (context) =>
    // What is sent here is meant to go: the ledger would call it lost.
    runExperiment(context, { mark: 'forgotten', rules: { counters: false, maxAudited: 2 } }, async (experiment) => {
      const { stack } = experiment
      const sessions = ['shared', 'own'].map((session) => seededUuid(context.seed, session))
      await using emitter = replay(stack, 'grpc')
      await emitter.send(requests(context))
      await until('the four records', async () => (await sequences(experiment, sessions)).length === 4, {
        timeoutMs: WAIT_MS,
        signal: stopSignal,
      })
      const { endpoints } = stack
      const collectorLog = () => stack.service('otel-collector').logs(200)
      const { erased } = await forget({
        stack,
        sources: { collectorMetrics: endpoints.collectorMetrics, collectorLog, relays: [], buffers: [] },
        values: storedValues({ emails: [ADDRESS], users: [] }, stack.salt),
        dryRun: false,
        waitMs: WAIT_MS,
        progress: context.progress,
      })
      experiment.check('security', 'rows deleted', {
        actual: erased?.rows,
        expected: { log_records: 2, metric_points: 0 },
      })
      experiment.check('security', 'whose records are there afterwards', {
        actual: await sequences(experiment, sessions),
        expected: [2, 3],
      })
      const before = await leftOut(experiment)
      await emitter.send(requests(context))
      // What is not left out is told by the checks.
      await until('both are counted', async () => (await leftOut(experiment)) === before + 2, {
        timeoutMs: 5_000,
        signal: stopSignal,
      }).catch(() => {})
      experiment.check('security', 'records left out that came again', {
        actual: (await leftOut(experiment)) - before,
        expected: 2,
      })
      experiment.check('security', 'whose records are there when all came again', {
        actual: await sequences(experiment, sessions),
        expected: [2, 3],
      })
    }),
}

async function sequences({ database }: Experiment, sessions: readonly string[]): Promise<number[]> {
  const rows = await database.rows<{ sequence: number }>(
    'SELECT toInt32(sequence) AS sequence FROM telemetry_events WHERE session_id IN {sessions:Array(String)} ORDER BY 1',
    { sessions },
  )
  return rows.map(({ sequence }) => sequence)
}

async function leftOut({ database }: Experiment): Promise<number> {
  const [row] = await database.rows<{ records: number }>(
    "SELECT toInt32(sum(records)) AS records FROM policy_audit WHERE rule = 'forgotten'",
  )
  return row?.records ?? 0
}
