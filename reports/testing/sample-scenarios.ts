// Results of scenarios for the tests of the reports: all pass, and a few of them lose, leak, could not be judged or were skipped.
import { emptyTally, type Tally } from '../../harness/judge/model/tally.ts'
import type { Finding, ScenarioResult } from '../../harness/judge/model/verdict.ts'

export const catalogue: readonly (readonly [suite: string, id: string, requirements: string, title: string])[] = [
  ['ingestion', 'grpc-sessions', 'R1 R5', 'stores every event of a session sent over gRPC'],
  ['ingestion', 'http-sessions', 'R1 R5', 'stores every event of a session sent over HTTP'],
  ['ingestion', 'real-captures', 'R5 R6', 'stores the captures of the real client field by field'],
  ['ingestion', 'typed-columns', 'R7', 'keeps unknown attributes and stores a missing value as NULL'],
  ['ingestion', 'loopback-only', 'R1 R2', 'publishes no port beyond 127.0.0.1'],
  ['delivery', 'collector-killed', 'R12', 'keeps every acknowledged event when the collector is killed'],
  ['delivery', 'clickhouse-killed', 'R12', 'keeps every acknowledged event when ClickHouse is killed'],
  ['delivery', 'network-cut', 'R12', 'keeps every acknowledged event when the connection is cut mid-stream'],
  ['delivery', 'slow-network', 'R12', 'keeps up when the network is slow, and refuses nothing it can hold'],
  ['delivery', 'disk-full', 'R12', 'refuses instead of losing when the disk of the queue is full'],
  ['buffer', 'spill-to-file', 'R10', 'parks events in a file past 10,000 in memory'],
  ['buffer', 'kill-while-writing', 'R10 R12', 'delivers what was parked when the process is killed while writing'],
  ['buffer', 'relay-outage', 'R11', 'delivers through the relay what was sent during an outage'],
  ['privacy', 'api-keys', 'R13', 'stores no API key and no token'],
  ['privacy', 'identities', 'R13', 'hashes identities so that people stay distinct'],
  ['privacy', 'proprietary-paths', 'R13 R14', 'stores no event that touches an excluded path'],
  ['privacy', 'last-line', 'R14', 'masks in the database what reaches it unmasked'],
  ['queries', 'cost-by-chapter', 'R8', 'answers cost by chapter to the cent'],
  ['queries', 'error-patterns', 'R8', 'answers error patterns with the sessions affected'],
  ['volume', 'long-session', 'R12 R17', 'keeps more than 1,000 events of one session in order'],
  ['volume', 'steady-load', 'R17', 'takes 2,000 events a second for a minute without a loss'],
]

const beside = [
  { situation: 'nothing happens', proven: { offered: 1_450, missing: 0 }, stock: { offered: 1_450, missing: 0 } },
  {
    situation: 'the network is down',
    proven: { offered: 1_520, missing: 0 },
    stock: { offered: 1_520, missing: 1_010 },
  },
]

const measured: Readonly<Record<string, ScenarioResult['measurements']>> = {
  'relay-outage': [
    {
      oracle: 'performance',
      name: '99 % of answers',
      value: 3.418,
      unit: 'ms',
      limit: { atMost: 5, missed: 'unknown' },
    },
    { oracle: 'performance', name: 'rate of the relay', value: 7_250, unit: 'events/s', limit: null },
    {
      oracle: 'performance',
      name: 'rate of the relay to that of the collector alone',
      value: 0.62,
      unit: 'ratio',
      limit: { atLeast: 0.5, missed: 'fail' },
    },
    {
      oracle: 'memory',
      name: 'memory of the collector, at its peak',
      value: 143.2,
      unit: 'MiB',
      limit: { atMost: 256, missed: 'pass' },
    },
  ],
}

function injected(index: number, id: string): ScenarioResult['faults'] {
  const [stage = '', kind = ''] = id.split('-')
  const parameters = { direction: 'upstream', latencyMs: 100 }
  const fault = { kind, stage, operation: index % 2 === 0 ? 'sending' : 'inserting', parameters } as const
  return [
    { ...fault, effect: `${stage} was ${kind} for ${200 + index} ms` },
    { ...fault, effect: index === 7 ? null : 'refused at once' },
  ]
}

export function passing(index: number, [suite, id, requirements, title]: (typeof catalogue)[number]): ScenarioResult {
  const offered = 240 + ((index * 7919) % 4800) + (suite === 'volume' ? 118_000 : 0)
  const excluded = suite === 'privacy' ? 24 : 0
  const tally: Tally = { ...emptyTally, offered, acknowledged: offered, excluded, stored: offered - excluded }
  const findings: Finding[] = [
    {
      oracle: 'accounting',
      verdict: 'pass',
      message: `${offered} acknowledged, ${excluded} excluded, ${offered - excluded} stored: nothing is missing and nothing is too much`,
      examples: [],
    },
    {
      oracle: 'content',
      verdict: 'pass',
      message: 'every stored row equals what must be stored, by two hashes of 64 bits',
      examples: [],
    },
    {
      oracle: 'privacy',
      verdict: 'pass',
      message: `none of ${180 + index} planted texts is in any table`,
      examples: [],
    },
  ]
  const seed = 41_017
  return {
    id,
    suite,
    title,
    requirements: requirements.split(' '),
    verdict: 'pass',
    seed,
    durationMs: 900 + ((index * 2741) % 9000) + (suite === 'volume' ? 61_000 : 0),
    tally,
    findings,
    measurements: measured[id] ?? [],
    examples: [],
    faults: suite === 'delivery' ? injected(index, id) : [],
    sideBySide: id === 'network-cut' ? beside : [],
    reason: '',
    replay: `npm run verify:platform -- --only ${suite}/${id} --seed ${seed}`,
  }
}

export function change(
  scenario: ScenarioResult,
  verdict: 'fail' | 'unknown',
  reason: string,
  oracle: string,
  faults: Partial<Tally>,
  examples: string[],
): ScenarioResult {
  const findings = scenario.findings.map((finding) =>
    finding.oracle === oracle ? { oracle, verdict, message: reason, examples } : finding,
  )
  return { ...scenario, verdict, reason, findings, examples, tally: { ...scenario.tally, ...faults } }
}

export function skip(scenario: ScenarioResult, reason: string): ScenarioResult {
  return { ...scenario, verdict: 'skipped', reason, findings: [], durationMs: 0, tally: emptyTally }
}

const lostExamples = Array.from(
  { length: 7 },
  (_, index) => `lost: session 6f1c…e2 sequence ${41 + index} api_request at 2026-11-23T21:28:${27 + index}.047Z`,
)

export function broken(scenario: ScenarioResult): ScenarioResult {
  const { offered, stored } = scenario.tally
  switch (scenario.id) {
    case 'collector-killed':
      return change(
        scenario,
        'fail',
        '7 acknowledged events are in no table after heal and drain',
        'accounting',
        { stored: offered - 7, lost: 7 },
        lostExamples,
      )
    case 'api-keys':
      return change(scenario, 'fail', '1 planted key stands in telemetry_events.attributes', 'privacy', { leaked: 1 }, [
        'leaked: key planted in tool_result.tool_parameters, session 91ab…07 sequence 12',
      ])
    case 'slow-network':
      return change(
        scenario,
        'unknown',
        'the load generator missed its own rate (1,412 of 2,000 a second), so the stack cannot be judged',
        'accounting',
        { stored, indeterminate: 12 },
        [],
      )
    case 'disk-full':
      return skip(scenario, 'a full disk needs a file system of its own, which this runtime cannot mount')
    default:
      return scenario
  }
}

/** Its first measurement is beyond a limit that leaves it unknown, its third could not be made, its last is beyond a limit that does not bind. */
function tooSlow(scenario: ScenarioResult): ScenarioResult {
  const message =
    '99 % of answers: 6.1 ms, at most 5 ms; rate of the relay to that of the collector alone: not measured, at least 0.5'
  return {
    ...scenario,
    verdict: 'unknown',
    reason: `performance: ${message}`,
    findings: [...scenario.findings, { oracle: 'performance', verdict: 'unknown', message, examples: [] }],
    measurements: scenario.measurements.map((one, index) => ({
      ...one,
      value: [6.1, one.value, null, 301.2][index] ?? null,
    })),
  }
}

export function couldNotJudge(scenario: ScenarioResult): ScenarioResult {
  if (scenario.id === 'relay-outage') return tooSlow(scenario)
  return ['slow-network', 'disk-full'].includes(scenario.id) ? broken(scenario) : scenario
}
