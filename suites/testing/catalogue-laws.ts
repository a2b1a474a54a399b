// Laws of the query catalogue that need no oracle: what adds up, and changes of the records that change no answer.
import type { Got } from '../../harness/judge/catalogue/compare.ts'
import type { Asked, Delivered, SentLog, SentPoint } from '../../harness/judge/catalogue/sent.ts'

export type Answers = ReadonlyMap<string, readonly Got[]>

const COSTS = [
  'cost_usd',
  'requests',
  'unpriced',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
]

/** Of each query that gives all its rows: the columns that add up, for each key. */
const ADDITIVE: Readonly<Record<string, readonly [keys: readonly string[], columns: readonly string[]]>> = {
  overview: [[], [...COSTS, 'errors', 'tool_calls', 'tool_failures', 'commits', 'pull_requests', 'active_seconds']],
  'cost-by-day': [['day'], COSTS],
  'cost-by-model': [['model'], COSTS],
  'cost-by-user': [['user_id'], COSTS],
  'cost-by-chapter': [['chapter_id'], COSTS],
  'cost-by-feature': [['feature_id'], COSTS],
  'cost-by-branch': [['git_branch'], COSTS],
  retries: [['model'], ['requests', 'errors', 'exhausted', 'refusals']],
  tools: [['tool_name'], ['calls', 'failures', 'result_bytes']],
  'cache-use': [['model'], ['requests', 'input_tokens', 'cache_read_tokens', 'cache_creation_tokens']],
  'edit-acceptance': [
    ['tool_name', 'language'],
    ['accepted', 'rejected'],
  ],
  'active-time': [['user_id'], ['user_seconds', 'cli_seconds', 'seconds']],
  commits: [['git_branch'], ['commits', 'pull_requests', 'cost_usd']],
}
/** Each part of a sum of money is rounded for itself. */
const TOLERANCE = 3e-6

/** The window as two that meet. */
export function halves(asked: Asked, wanted: number): [Asked, Asked] {
  const inside = wanted > asked.fromMs && wanted < asked.toMs
  const middle = inside ? wanted : Math.floor((asked.fromMs + asked.toMs) / 2)
  return [
    { ...asked, toMs: middle },
    { ...asked, fromMs: middle },
  ]
}

/** The first query whose answers to two windows that meet do not add up to its answer to both. */
export function notAdded(whole: Answers, parts: readonly Answers[]): string | undefined {
  for (const [query, [keys, columns]] of Object.entries(ADDITIVE)) {
    const added = sums(
      parts.flatMap((part) => part.get(query) ?? []),
      keys,
      columns,
    )
    const once = sums(whole.get(query) ?? [], keys, columns)
    const [apart, together] = [[...added.keys()].sort().join(), [...once.keys()].sort().join()]
    if (apart !== together) return `${query}: rows ${apart} in two windows, ${together} in one`
    for (const [key, values] of once)
      for (const [at, value] of values.entries()) {
        const other = added.get(key)?.[at] ?? 0
        if (Math.abs(value - other) > TOLERANCE + Math.abs(value) * 1e-12)
          return `${query}: ${columns[at]} of ${key} is ${other} in two windows, ${value} in one`
      }
  }
  return undefined
}

function sums(rows: readonly Got[], keys: readonly string[], columns: readonly string[]): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const row of rows) {
    const key = JSON.stringify(keys.map((name) => row[name]))
    const before = found.get(key)
    found.set(
      key,
      columns.map((column, at) => (before?.[at] ?? 0) + Number(row[column])),
    )
  }
  return found
}

/** All of it twice, the second time backwards, the first time in another order; of records of one time the first stays the first. */
export function doubledAndMixed(sent: Delivered): Delivered {
  const mixed = <T extends { readonly timeNs: bigint }>(records: readonly T[]): T[] => [
    ...[...Map.groupBy(records, ({ timeNs }) => timeNs).values()].reverse().flat(),
    ...records.toReversed(),
  ]
  return { ...sent, logs: mixed(sent.logs), points: mixed(sent.points) }
}

/** What events of other kinds, and records beside the window, have to do with. */
const RELATED = ['dearest-sessions', 'slowest-sessions', 'silence', 'budget', 'impossible-times']
const RELATED_COLUMNS = { sessions: null, users: null }

/**
 * With events that no query asks for, and with another program's that are like the client's, in the window, and with what queries ask for
 * right before it and right behind it.
 */
export function withUnrelated(sent: Delivered, { fromMs, toMs }: Asked): Delivered {
  const who = { 'session.id': 'unrelated', 'user.id': 'unrelated' }
  const log = (ms: number, type: string, scope = ''): SentLog => ({
    timeNs: BigInt(ms) * 1_000_000n,
    resource: {},
    attributes: { ...who, 'event.name': type, 'event.sequence': '1', cost_usd: '5', model: 'unrelated' },
    body: type,
    eventName: '',
    scope,
  })
  const point = (ms: number, name: string, scope = ''): SentPoint => ({
    timeNs: BigInt(ms) * 1_000_000n,
    resource: {},
    attributes: who,
    name: `claude_code.${name}`,
    unit: '',
    startNs: 0n,
    temporality: 1,
    value: 7,
    scope,
  })
  const beside = [fromMs - 1, toMs].filter((ms) => ms > Date.parse('2020-01-01') && ms < Date.parse('2026-01-01'))
  return {
    ...sent,
    logs: [
      ...(fromMs < toMs ? [log(fromMs, 'unrelated'), log(fromMs, 'api_request', 'another.program')] : []),
      ...beside.map((ms) => log(ms, 'api_request')),
      ...sent.logs,
    ],
    points: [
      ...(fromMs < toMs ? [point(fromMs, 'session.count'), point(fromMs, 'commit.count', 'another.program')] : []),
      ...beside.map((ms) => point(ms, 'commit.count')),
      ...sent.points,
    ],
  }
}

/** The first query that answers otherwise. @param what `unrelated`: but for what unrelated records have to do with */
export function differing(before: Answers, after: Answers, what: 'all' | 'unrelated' = 'all'): string | undefined {
  const shown = (query: string, rows: readonly Got[] = []) =>
    JSON.stringify(
      what === 'unrelated' && query === 'overview' ? rows.map((row) => ({ ...row, ...RELATED_COLUMNS })) : rows,
    )
  for (const [query, rows] of before) {
    if (what === 'unrelated' && RELATED.includes(query)) continue
    const [one, other] = [shown(query, rows), shown(query, after.get(query))]
    if (one !== other) return `${query}\n  before ${one}\n  after  ${other}`
  }
  return undefined
}
