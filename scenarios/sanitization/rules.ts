// Rules of the policy that need more than a text to look for: identities are hashed, and events that touch excluded paths left out.
import { seededUuid } from '../../core/random.ts'
import type { Batch } from '../../generators/batch.ts'
import { expectedOf, nothingPlanted } from '../../generators/expected.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { LEFT_OUT, STORED } from './path-spellings.ts'
import { planted, prompt } from './prompts.ts'

type Fate = 'store' | 'exclude'

export const rules: readonly Definition[] = [
  {
    name: 'identities',
    title: 'hashes identities so that people stay distinct, can be recognised, and are not hashed twice',
    requirements: ['R13', 'R14'],
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
    requirements: ['R13', 'R14'],
    run: (context) =>
      runExperiment(context, { mark: 'paths' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/protobuf')
        // JSON has no such number, whatever else is beside it.
        const noNumber = { ratio: { doubleValue: Number.NaN } }
        const texts: readonly (readonly [text: string, fate: Fate, more?: typeof noNumber])[] = [
          ...LEFT_OUT.map((text) => [text, 'exclude'] as const),
          ...STORED.map((text) => [text, 'store'] as const),
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
          points(context, texts),
        ])
      }),
  },
]

/** A data point for each text, told apart by their attribute and their value. */
function points(context: Context, texts: readonly (readonly [text: string, fate: Fate, more?: object])[]): Batch {
  const dataPoints = texts.map(([text], index) => ({
    timeUnixNano: `${context.dataStartMs}000000`,
    startTimeUnixNano: `${context.dataStartMs - 1000}000000`,
    asInt: String(index + 1),
    attributes: attributes({ 'session.id': seededUuid(context.seed, 'paths'), note: text }),
  }))
  const sum = { dataPoints, aggregationTemporality: 1, isMonotonic: true }
  const metrics = [{ name: 'claude_code.session.count', unit: 'count', sum }]
  const request = { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }] }
  const expected = expectedOf(request, nothingPlanted).map((record, index) => ({
    ...record,
    fate: texts[index]?.[1] ?? 'store',
  }))
  return { signal: 'metrics', request, expected }
}
