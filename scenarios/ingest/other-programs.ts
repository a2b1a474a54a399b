// What other programs send to the same collector is kept beside the client's, and never counted as the client's.
import { seededUuid } from '../../core/random.ts'
import { attributes } from '../../generators/hand-made.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { post, rowsOf, rules } from './odd-requests.ts'

interface Sender {
  readonly scope?: string
  readonly service?: string
  readonly ofClient: boolean
}

/** Scopes tell; where there is none the service does; where there is neither, nothing says that it is another's. */
const SENDERS: readonly Sender[] = [
  { scope: 'com.anthropic.claude_code.events', service: 'claude-code', ofClient: true },
  { scope: 'com.anthropic.claude_code', ofClient: true },
  { scope: 'com.anthropic.claude_code.events', service: 'renamed by a person', ofClient: true },
  { service: 'claude-code', ofClient: true },
  { ofClient: true },
  { scope: 'my.app', service: 'my-app', ofClient: false },
  { scope: 'my.app', service: 'claude-code', ofClient: false },
  { scope: 'com.anthropic', ofClient: false },
  { service: 'unknown_service:node', ofClient: false },
  { service: 'claude-code-proxy', ofClient: false },
]

export const otherPrograms: Definition = {
  name: 'other-programs',
  title:
    'counts what the client sent as the client’s, keeps what other programs sent beside it, and tells them by their scopes',
  requirements: ['R7', 'R8'],
  run: (context) =>
    runExperiment(context, { mark: 'other-programs', rules }, async (experiment) => {
      await seeEvents(context, experiment)
      await seePoints(context, experiment)
    }),
}

async function seeEvents(context: Context, experiment: Experiment): Promise<void> {
  const session = seededUuid(context.seed, 'other-programs')
  await post(experiment, {
    resourceLogs: SENDERS.map((sender, n) => ({
      resource: resourceOf(sender),
      scopeLogs: [
        {
          ...scopeOf(sender),
          logRecords: [
            {
              timeUnixNano: `${context.dataStartMs + n}000000`,
              body: { stringValue: 'claude_code.api_request' },
              attributes: attributes({
                'session.id': session,
                'event.name': 'api_request',
                'event.sequence': { intValue: String(n) },
                // What only the collector may say.
                'telemetry.sampling_percentage': '1',
              }),
            },
          ],
        },
      ],
    })),
  })
  await experiment.drain()
  const numbers = (ofClient: boolean) => SENDERS.flatMap((sender, n) => (sender.ofClient === ofClient ? [n] : []))
  for (const [view, ofClient] of [
    ['telemetry_events', true],
    ['other_records', false],
  ] as const)
    experiment.check('schema', `events in ${view}`, {
      actual: await rowsOf<{ n: number; weight?: number }>(
        experiment,
        `SELECT toInt32(attributes['event.sequence']) AS n${ofClient ? ', weight' : ''} FROM ${view} WHERE attributes['session.id'] = {session:String} ORDER BY n`,
        session,
        numbers(ofClient).length,
      ).then((rows) => rows.map(({ n, weight = 1 }) => [n, weight])),
      expected: numbers(ofClient).map((n) => [n, 1]),
    })
}

async function seePoints(context: Context, experiment: Experiment): Promise<void> {
  const session = seededUuid(context.seed, 'other-programs/points')
  await post(experiment, {
    resourceMetrics: SENDERS.map((sender, n) => ({
      resource: resourceOf(sender),
      scopeMetrics: [
        {
          ...scopeOf(sender),
          metrics: [
            {
              name: 'claude_code.cost.usage',
              sum: {
                aggregationTemporality: 1,
                isMonotonic: true,
                dataPoints: [
                  {
                    timeUnixNano: `${context.dataStartMs + n}000000`,
                    asDouble: 2 ** n,
                    attributes: attributes({ 'session.id': session }),
                  },
                ],
              },
            },
          ],
        },
      ],
    })),
  })
  await experiment.drain()
  const sum = (ofClient: boolean) =>
    SENDERS.reduce((total, sender, n) => total + (sender.ofClient === ofClient ? 2 ** n : 0), 0)
  for (const [view, column, ofClient] of [
    ['telemetry_metrics', 'value', true],
    ['telemetry_counters', 'increment', true],
    ['other_points', 'value', false],
  ] as const)
    experiment.check('schema', `points in ${view}`, {
      actual: await rowsOf<{ total: number }>(
        experiment,
        `SELECT sum(${column}) AS total FROM ${view} WHERE ${view === 'other_points' ? "attributes['session.id']" : 'session_id'} = {session:String} HAVING total = ${sum(ofClient)}`,
        session,
        1,
      ),
      expected: [{ total: sum(ofClient) }],
    })
}

function resourceOf({ service }: Sender) {
  return { attributes: attributes(service === undefined ? {} : { 'service.name': service }) }
}

function scopeOf({ scope }: Sender) {
  return scope === undefined ? {} : { scope: { name: scope } }
}
