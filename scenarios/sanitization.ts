// Sanitization: nothing private that was planted is stored anywhere, and nothing else is touched.

import { stopSignal } from '../core/cleanup.ts'
import type { AnyValue } from '../core/otlp/otlp.ts'
import { until } from '../core/poll.ts'
import { seededUuid } from '../core/random.ts'
import type { Batch, ExpectedLog } from '../generators/batch.ts'
import { captureNames, loadCapture } from '../generators/captures.ts'
import { attributes, logsBatch } from '../generators/hand-made.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import type { Experiment } from '../harness/experiment/experiment.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { replay, sdk } from '../harness/rigs/emitters.ts'
import type { Context, Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'

const ADDRESS = 'carol.private@example.com'
const KEY = 'ghp_Zz0123456789abcdefghijABCDEFGHIJ0123'

function prompt(context: Context, name: string, sequence: number, more: Parameters<typeof attributes>[0]) {
  return {
    timeUnixNano: `${context.dataStartMs + sequence}000000`,
    body: { stringValue: 'claude_code.user_prompt' },
    attributes: attributes({
      'session.id': seededUuid(context.seed, name),
      'event.name': 'user_prompt',
      'event.sequence': { intValue: String(sequence) },
      ...more,
    }),
  }
}

/** A batch whose stored attributes differ from the sent ones as the planter says. */
function planted(
  batch: ReturnType<typeof logsBatch>,
  changes: readonly Partial<ExpectedLog>[],
): ReturnType<typeof logsBatch> {
  return {
    ...batch,
    expected: batch.expected.map((record, index) =>
      record.signal === 'logs'
        ? { ...record, ...changes[index], attributes: { ...record.attributes, ...changes[index]?.attributes } }
        : record,
    ),
  }
}

export const sanitization: Scenario[] = suite('sanitization', [
  {
    name: 'captures',
    title: 'stores nothing private of the recordings, and everything else of them untouched',
    requirements: ['R13', 'R14'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'private-captures' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/json')
        for (const name of captureNames)
          await experiment.sendLoad(
            emitter,
            await loadCapture(name, { shiftToMs: context.dataStartMs, seed: context.seed }),
          )
      }),
  },
  ...(['grpc', 'http/protobuf', 'http/json'] as const).map((protocol) => ({
    name: `dense-${protocol.replace('/', '-')}`,
    title: `stores nothing private of sessions full of secrets, addresses and look-alikes, sent over ${protocol}`,
    requirements: ['R13', 'R14'],
    run: (context: Context) =>
      runExperiment(context, { mark: `dense-${protocol}` }, async (experiment) => {
        await using emitter = sdk(experiment.stack, protocol)
        await experiment.sendLoad(
          emitter,
          sessionsLoad({
            seed: context.seed,
            sessions: 10,
            startMs: context.dataStartMs,
            spreadMs: 60_000,
            planting: 'dense',
            prompts: 3,
          }),
        )
      }),
  })),
  {
    name: 'identities',
    title: 'hashes identities so that people stay apart, can be recognised, and are not hashed twice',
    requirements: ['R13'],
    run: (context) =>
      runExperiment(context, { mark: 'identities' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const hashed = `sha256:${'ab'.repeat(32)}`
        const people = ['dora@example.com', 'emil@example.com', 'dora@example.com']
        experiment.ledger.plant(people)
        const records = [
          ...people.map((address, index) =>
            prompt(context, 'identities', index, {
              'user.email': address,
              'user.name': `Person ${address[0]}`,
              'user.id': address,
            }),
          ),
          prompt(context, 'identities', 3, { 'user.email': hashed, 'user.id': 'b9f79cd412ed1a13' }),
        ]
        await experiment.sendBatches(emitter, [
          planted(
            logsBatch(records),
            people.map((address) => ({
              attributes: {
                'user.email': { hashOf: address },
                'user.name': { hashOf: `Person ${address[0]}` },
                'user.id': { hashOf: address },
              },
            })),
          ),
        ])
        await experiment.drain()
        const [row] = await experiment.database.rows<object>(
          "SELECT toUInt32(uniqExact(attributes['user.email'])) AS emails, toUInt32(countIf(match(attributes['user.email'], '^sha256:[0-9a-f]{64}$'))) AS hashed FROM telemetry_events WHERE session_id = {session:String}",
          { session: seededUuid(context.seed, 'identities') },
        )
        experiment.check('identity', 'two people and one hash from elsewhere are three identities', {
          actual: row,
          expected: {
            emails: 3,
            hashed: 4,
          },
        })
      }),
  },
  {
    name: 'excluded-paths',
    title: 'leaves out events that touch a proprietary or secret directory, and no others',
    requirements: ['R13'],
    run: (context) =>
      runExperiment(context, { mark: 'paths' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/protobuf')
        // JSON has no such number, whatever else is beside it.
        const noNumber = { ratio: { doubleValue: Number.NaN } }
        const texts: readonly (readonly [text: string, fate: 'store' | 'exclude', more?: typeof noNumber])[] = [
          ['/srv/proprietary/engine.ts', 'exclude'],
          ['/srv/secret/plan.md', 'exclude'],
          ['{"file_path":"C:\\\\work\\\\secret\\\\plan.md"}', 'exclude'],
          ['C:\\work\\proprietary\\x', 'exclude'],
          ['/srv/secrets/readme.md', 'store'],
          ['/srv/my-secret-plan/readme.md', 'store'],
          ['a secret, and proprietary', 'store'],
          ['/proprietary', 'store'],
          ['/srv/secret/plan.md', 'exclude', noNumber],
          ['/srv/secrets/plan.md', 'store', noNumber],
        ]
        const marker = 'ExcludedMarker71'
        experiment.ledger.plant([marker])
        const records = texts.map(([text, fate, more], index) =>
          prompt(context, 'paths', index, {
            tool_input: text,
            prompt: fate === 'exclude' ? marker : 'kept',
            ...more,
          }),
        )
        await experiment.sendBatches(emitter, [
          logsBatch(
            records,
            texts.map(([, fate]) => fate),
          ),
        ])
      }),
  },
  {
    name: 'last-line',
    title: 'masks in the database what the collector cannot reach: nested values, attribute names, scope names',
    requirements: ['R14'],
    run: (context) =>
      runExperiment(context, { mark: 'last-line', rules: { maxAudited: 4, counters: false } }, async (experiment) => {
        const before = await auditOf(experiment)
        await using emitter = replay(experiment.stack, 'grpc')
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
                      scope: { name: `scope of ${ADDRESS}`, version: '2.1.197' },
                    })),
                  },
                ]
              : [],
          },
        }
        await experiment.sendBatches(emitter, [
          planted(named, [
            {
              scopeName: 'scope of [REDACTED_EMAIL]',
              attributes: { nested: '{"key":"[REDACTED_API_KEY]","note":"write to [REDACTED_EMAIL]"}' },
            },
            { scopeName: 'scope of [REDACTED_EMAIL]', attributes: { list: '["[REDACTED_API_KEY]"]' } },
            { scopeName: 'scope of [REDACTED_EMAIL]' },
          ]),
        ])
        const answer = await emitter.send(pointBatch(`scope of ${ADDRESS}`, { nested }))
        experiment.check('audit', 'a data point is accepted', { actual: answer.kind, expected: 'accepted' })
        await experiment.drain()
        const after = await until(
          'the data point is counted',
          async () => {
            const counts = await auditOf(experiment)
            return (counts['metrics pattern'] ?? 0) > (before['metrics pattern'] ?? 0) && counts
          },
          { timeoutMs: 20_000, signal: stopSignal },
        )
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
  },
])

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
