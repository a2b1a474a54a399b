// Which value wins where the resource and the record disagree.
import { seededUuid } from '../../core/random.ts'
import { expectedOf, nothingPlanted } from '../../generators/expected.ts'
import { attributes } from '../../generators/hand-made.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Definition } from '../../harness/scenario.ts'

export const disagreement: Definition = {
  name: 'disagreement',
  title: 'prefers the record for the session and the resource for the person, as the data model says',
  requirements: ['R6'],
  profile: 'smoke',
  run: (given) =>
    runExperiment(given, { mark: 'disagreement' }, async (experiment) => {
      const session = seededUuid(given.seed, 'record')
      const of = (place: string) => ({
        'user.id': `user-${place}`,
        'organization.id': `organization-${place}`,
        'chapter.number': place === 'record' ? '7' : '8',
        'feature.id': `feature-${place}`,
        'git.branch': `branch-${place}`,
      })
      const record = (sequence: number, own: Record<string, string>) => ({
        timeUnixNano: `${given.dataStartMs}000000`,
        body: { stringValue: 'claude_code.user_prompt' },
        attributes: attributes({
          'session.id': session,
          'event.name': 'user_prompt',
          'event.sequence': { intValue: String(sequence) },
          ...own,
        }),
      })
      const request = {
        resourceLogs: [
          {
            resource: { attributes: attributes({ ...of('resource'), 'session.id': 'a-session-of-the-resource' }) },
            scopeLogs: [{ scope: {}, logRecords: [record(0, of('record')), record(1, {})] }],
          },
          {
            resource: { attributes: [] },
            scopeLogs: [{ scope: {}, logRecords: [record(2, of('record')), record(3, {})] }],
          },
        ],
      }
      await using emitter = replay(experiment.stack, 'http/json')
      await experiment.sendBatches(emitter, [
        { signal: 'logs', request, expected: expectedOf(request, nothingPlanted) },
      ])
      await experiment.drain()
      const rows = await experiment.database.rows<Record<string, unknown>>(
        'SELECT session_id = {session:String} AS own, user_id, organization_id, chapter_number, feature_id, git_branch FROM telemetry_events WHERE session_id = {session:String} ORDER BY sequence',
        { session },
      )
      experiment.check('context', 'which value wins', {
        actual: rows.map((row) => Object.values(row)),
        expected: [
          [1, 'user-resource', 'organization-resource', 7, 'feature-record', 'branch-record'],
          [1, 'user-resource', 'organization-resource', 8, 'feature-resource', 'branch-resource'],
          [1, 'user-record', 'organization-record', 7, 'feature-record', 'branch-record'],
          [1, null, null, null, null, null],
        ],
      })
    }),
}
