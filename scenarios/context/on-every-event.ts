// Context on every event and metric of generated sessions.
import { profileAt } from '../../generators/profiles.ts'
import { generateSession } from '../../generators/sessions/session.ts'
import { sessionBatches } from '../../generators/sessions/session-batches.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Definition } from '../../harness/scenario.ts'

export const onEveryEvent: Definition = {
  name: 'on-every-event',
  title: 'finds session, person, chapter, feature and branch on every event and metric of generated sessions',
  requirements: ['R6'],
  run: (given) =>
    runExperiment(given, { mark: 'every' }, async (experiment) => {
      await using emitter = replay(experiment.stack, 'grpc')
      const sessions = [0, 1, 2, 3].map((index) =>
        generateSession({
          seed: given.seed,
          index,
          startMs: given.dataStartMs,
          profile: profileAt(index),
          planting: 'none',
        }),
      )
      for (const session of sessions)
        await experiment.sendBatches(
          emitter,
          sessionBatches(session).map(({ batch }) => batch),
        )
      await experiment.drain()
      const parameters = { sessions: sessions.map((session) => session.context.sessionId) }
      for (const view of ['telemetry_events', 'telemetry_metrics']) {
        const [row] = await experiment.database.rows<object>(
          `SELECT countIf(session_id IS NULL OR user_id IS NULL OR organization_id IS NULL OR chapter_id IS NULL OR feature_id IS NULL OR git_branch IS NULL) AS without, count() > 0 AS some
           FROM ${view} WHERE session_id IN {sessions:Array(String)}`,
          parameters,
        )
        experiment.check('context', `rows of ${view} without context`, {
          actual: row,
          expected: { without: 0, some: 1 },
        })
      }
    }),
}
