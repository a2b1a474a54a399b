// Realistic results of every kind for the tests of the reports: the same each time.

import type { Tally } from '../../harness/judge/model/tally.ts'
import type { Finding, ScenarioResult, Verdict } from '../../harness/judge/model/verdict.ts'
import type { RunResult, UsageSample } from '../../harness/judge/run-result.ts'

export type SampleKind = 'pass' | 'fail' | 'unknown' | 'skipped' | 'empty' | 'hostile'
export const sampleKinds: readonly SampleKind[] = ['pass', 'fail', 'unknown', 'skipped', 'empty', 'hostile']

const none: Tally = {
  offered: 0,
  acknowledged: 0,
  refused: 0,
  indeterminate: 0,
  excluded: 0,
  sampled: 0,
  stored: 0,
  lost: 0,
  duplicated: 0,
  corrupted: 0,
  unexpected: 0,
  leaked: 0,
}

const catalogue: readonly (readonly [suite: string, id: string, requirements: string, title: string])[] = [
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

function injected(index: number, id: string): ScenarioResult['faults'] {
  const [stage = '', kind = ''] = id.split('-')
  const parameters = { direction: 'upstream', latencyMs: 100 }
  const fault = { kind, stage, operation: index % 2 === 0 ? 'sending' : 'inserting', parameters } as const
  return [
    { ...fault, effect: `${stage} was ${kind} for ${200 + index} ms` },
    { ...fault, effect: index === 7 ? null : 'refused at once' },
  ]
}

function passing(index: number, [suite, id, requirements, title]: (typeof catalogue)[number]): ScenarioResult {
  const offered = 240 + ((index * 7919) % 4800) + (suite === 'volume' ? 118_000 : 0)
  const excluded = suite === 'privacy' ? 24 : 0
  const tally: Tally = { ...none, offered, acknowledged: offered, excluded, stored: offered - excluded }
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
    examples: [],
    faults: suite === 'delivery' ? injected(index, id) : [],
    sideBySide: id === 'network-cut' ? beside : [],
    reason: '',
    replay: `npm run verify:platform -- --only ${suite}/${id} --seed ${seed}`,
  }
}

function change(
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

function skip(scenario: ScenarioResult, reason: string): ScenarioResult {
  return { ...scenario, verdict: 'skipped', reason, findings: [], durationMs: 0, tally: none }
}

const lostExamples = Array.from(
  { length: 7 },
  (_, index) => `lost: session 6f1c…e2 sequence ${41 + index} api_request at 2026-11-23T21:28:${27 + index}.047Z`,
)

function broken(scenario: ScenarioResult): ScenarioResult {
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

function couldNotJudge(scenario: ScenarioResult): ScenarioResult {
  return ['slow-network', 'disk-full'].includes(scenario.id) ? broken(scenario) : scenario
}

const hostileText =
  '<script>window.hacked=1</script></script><img src=x onerror="window.hacked=1">"\'`|*_~ \u202egnp.exe\u202c \u0000\u001b[31m]]>'

function hostile(scenario: ScenarioResult, index: number): ScenarioResult {
  const long = 'x'.repeat(5000)
  const examples = [
    hostileText,
    long,
    'עברית عربي',
    '{"a":"</script><script>window.hacked=1</script>"}',
    '\ud800 lone',
    'a\nb\tc',
  ]
  const text = {
    title: `${scenario.title} ${hostileText}`,
    id: `${scenario.id}" onclick="window.hacked=1`,
    replay: `${scenario.replay} '${hostileText}'`,
    suite: `${scenario.suite}</script>`,
  }
  return index % 3 === 0
    ? { ...change(scenario, 'fail', `${hostileText} ${long}`, 'content', { corrupted: 3 }, examples), ...text }
    : { ...scenario, ...text }
}

function usage(): RunResult['usage'] {
  const services = [
    { service: 'clickhouse', cpuCores: 1, memoryBytes: 1024 ** 3, cpu: 0.42, memory: 0.48 },
    { service: 'otel-collector', cpuCores: 0.5, memoryBytes: 256 * 1024 ** 2, cpu: 0.24, memory: 0.44 },
    { service: 'toxiproxy', cpuCores: null, memoryBytes: null, cpu: 0.03, memory: 0.02 },
  ]
  const samples: UsageSample[] = []
  for (let second = 0; second < 240; second += 1) {
    for (const [index, { service, cpu, memory }] of services.entries()) {
      // ClickHouse is killed and away for a while.
      if (index === 0 && second > 96 && second < 112) continue
      const wave = Math.sin(second / (7 + index)) * 0.35 + Math.sin(second / 2.3 + index) * 0.18
      const load = second > 170 && second < 225 ? 1.7 : 1
      samples.push({
        atMs: second * 1000 + index,
        service,
        cpuCores: Math.max(0.01, cpu * load * (1 + wave)),
        memoryBytes: Math.round(1024 ** 3 * memory * (index === 1 ? 0.25 : 1) * (0.6 + second / 500 + wave / 12)),
      })
    }
  }
  return {
    samples,
    limits: services
      .filter(({ cpuCores }) => cpuCores !== null)
      .map(({ service, cpuCores, memoryBytes }) => ({
        service,
        cpuCores,
        memoryBytes,
        enforced: service !== 'clickhouse',
      })),
    storage: [
      { kind: 'image', name: 'otel/opentelemetry-collector-contrib:0.161.0', bytes: 412_000_000 },
      { kind: 'volume', name: 'clickhouse-data', bytes: 7_340_032 },
    ],
  }
}

/** The result of a run of this kind. */
export function sampleRun(kind: SampleKind): RunResult {
  const all = catalogue.map((entry, index) => passing(index, entry))
  const scenarios: Readonly<Record<SampleKind, readonly ScenarioResult[]>> = {
    pass: all,
    fail: all.map(broken),
    unknown: all.map(couldNotJudge),
    skipped: all.slice(5, 7).map((scenario) => skip(scenario, 'no ClickHouse can be had for this platform')),
    empty: [],
    hostile: all.map(hostile),
  }
  const verdicts: Readonly<Record<SampleKind, Verdict>> = {
    pass: 'pass',
    fail: 'fail',
    unknown: 'unknown',
    skipped: 'skipped',
    empty: 'unknown',
    hostile: 'fail',
  }
  const chosen = scenarios[kind]
  const ids = [...new Set(chosen.flatMap(({ requirements }) => requirements))].toSorted(
    (a, b) => Number(a.slice(1)) - Number(b.slice(1)),
  )
  const started = kind !== 'empty' && kind !== 'skipped'
  return {
    schemaVersion: 4,
    runId: `2026-11-23T21-28-27Z-${kind}`,
    seed: 41_017,
    profile: 'standard',
    startedAt: '2026-11-23T21:28:27.047Z',
    clock: '2026-11-23T21:28:27.047Z',
    durationMs: started ? 241_300 : 1_840,
    verdict: verdicts[kind],
    platform: {
      os: 'linux',
      arch: 'x64',
      kernel: '6.8.0-45-generic',
      wsl: null,
      cpus: 4,
      memoryBytes: 8 * 1024 ** 3,
      node: '26.10.0',
    },
    runtime: {
      kind: 'embedded',
      reason: kind === 'hostile' ? hostileText : 'no container engine answers on this machine',
      components: started
        ? [
            { name: 'clickhouse', version: '26.7.1', source: 'libchdb 3.4.0 from npm' },
            { name: 'otel-collector', version: '0.161.0', source: 'cache (built from stack/collector/manifest.yaml)' },
            { name: 'toxiproxy', version: '2.12.0', source: kind === 'hostile' ? hostileText : 'built with Go' },
          ]
        : [],
    },
    doctor: [
      { check: 'memory', verdict: 'ok', message: '8 GiB, of which 5.1 GiB are free', advice: '' },
      { check: 'disk', verdict: 'ok', message: '48 GiB free in the run’s directory', advice: '' },
      {
        check: 'proxy',
        verdict: 'warn',
        message: 'HTTPS_PROXY is set and NO_PROXY does not name 127.0.0.1',
        advice: 'Add 127.0.0.1,localhost to NO_PROXY, or the client sends its telemetry to the proxy.',
      },
      ...(started
        ? []
        : [
            {
              check: 'clickhouse',
              verdict: 'bad' as const,
              message: 'no ClickHouse was found for linux x64',
              advice: 'Run npm install again, or put a clickhouse of version 26.7 on PATH.',
            },
          ]),
    ],
    scenarios: chosen,
    requirements: ids.map((id) => {
      const own = chosen.filter(({ requirements }) => requirements.includes(id))
      const verdict =
        (['fail', 'unknown', 'pass'] as const).find((each) => own.some((scenario) => scenario.verdict === each)) ??
        'skipped'
      const notProven = id === 'R2' ? 'limits in containers' : ''
      return { id, verdict, scenarios: own.map((scenario) => scenario.id), notProven }
    }),
    faultKinds: [
      { kind: 'down', stages: ['client-collector', 'collector-clickhouse'] },
      { kind: 'kill', stages: ['collector', 'clickhouse', 'relay'] },
    ],
    usage: started ? usage() : { samples: [], limits: [], storage: [] },
  }
}
