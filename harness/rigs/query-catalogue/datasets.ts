// Random datasets for the query catalogue: events, and counters of all kinds, that begin again too, in any order, some more than once.
import fc from 'fast-check'
import { seriesOf } from '../../judge/catalogue/counters.ts'
import type { Attributes, Delivered, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'
import { logs, MODELS, places, present, senders, some, TOOLS, withCopies } from './records.ts'
import { timeNs } from './times.ts'

const counter = fc
  .oneof(
    fc.record({ name: fc.constant('commit.count') }),
    fc.record({ name: fc.constant('pull_request.count') }),
    fc.record({ name: fc.constant('active_time.total'), type: some(fc.constantFrom('user', 'cli', 'other')) }),
    fc.record({
      name: fc.constant('code_edit_tool.decision'),
      decision: some(fc.constantFrom('accept', 'reject', 'accept', 'reject', 'other'), 8),
      tool_name: some(fc.constantFrom(...TOOLS)),
      language: some(fc.constantFrom('TypeScript', 'Go', '')),
    }),
    fc.record({ name: fc.constant('cost.usage'), model: some(fc.constantFrom(...MODELS)) }),
    fc.record({ name: fc.constant('token.usage'), type: some(fc.constantFrom('input', 'output')) }),
    fc.record({ name: fc.constant('lines_of_code.count'), type: some(fc.constantFrom('added', 'removed')) }),
  )
  .map(({ name, ...attributes }) => ({ name, attributes: { ...attributes } as Record<string, string | undefined> }))

/** Values that add up without loss: parts of seconds, millionths of dollars, whole numbers. */
const amountOf = (name: string, steps: number) =>
  name === 'cost.usage' ? steps / 1e6 : name === 'active_time.total' ? steps / 8 : steps
const step = fc.oneof(fc.nat(5), fc.nat(20_000), fc.constantFrom(0, 10_000, 1_000_000))

const series: fc.Arbitrary<SentPoint[]> = fc
  .record({
    counter,
    places,
    sender: senders,
    temporality: fc.constantFrom<1 | 2>(1, 2),
    starts: fc.array(fc.oneof(fc.constant(0n), timeNs), { minLength: 1, maxLength: 2 }),
    points: fc.array(
      fc.record({
        timeNs,
        value: fc.oneof({ weight: 15, arbitrary: step }, { weight: 1, arbitrary: fc.constant(null) }),
        start: fc.nat(1),
      }),
      { minLength: 1, maxLength: 8, size: 'max' },
    ),
  })
  .map(({ counter: { name, attributes }, places: { own, resource }, sender, temporality, starts, points }) =>
    points.map(({ timeNs: time, value, start }) => ({
      name: `claude_code.${name}`,
      unit: name === 'cost.usage' ? 'USD' : '',
      timeNs: time,
      startNs: starts[start % starts.length] ?? 0n,
      temporality,
      value: value === null ? null : amountOf(name, value),
      attributes: present({ ...own, ...attributes }),
      resource: present({ ...resource, 'service.name': sender.service }),
      scope: sender.scope,
    })),
  )

/** What a client counts of its own requests, or a little less or more than that: at the edges of what counts as agreement too. */
const mirror = fc.record({
  index: fc.nat(200),
  factor: fc.constantFrom(1, 1, 1, 0.99, 0.98, 1.01, 1.02, 0.5, 0),
  moreMicros: fc.constantFrom(0, 0, 0, 10_000, -10_000, 10_001, -9_999),
  temporality: fc.constantFrom<1 | 2>(1, 2),
})

function mirrored(
  logs: readonly SentLog[],
  mirrors: readonly (typeof mirror extends fc.Arbitrary<infer M> ? M : never)[],
) {
  return mirrors.flatMap(({ index, factor, moreMicros, temporality }): SentPoint[] => {
    const log = logs[index % Math.max(1, logs.length)]
    if (log === undefined) return []
    const { attributes, resource, scope, timeNs: time } = log
    const kept = ['session.id', 'user.id', 'chapter.number', 'git.branch', 'model', 'event.sequence']
    const amounts = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens']
    const tokens = amounts.map((key) => Number(attributes[key] || 0)).filter((value) => value > 0 && value < 1e6)
    const micros = Math.round((Number(attributes.cost_usd) || 0) * 1e6 * factor) + moreMicros
    const point = {
      timeNs: time,
      startNs: 0n,
      temporality,
      attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => kept.includes(key))),
      resource,
      scope,
    }
    const tokenCount = Math.round(tokens.reduce((all, each) => all + each, 0) * factor)
    return [
      { ...point, name: 'claude_code.token.usage', unit: 'tokens', value: tokenCount },
      ...(Number.isFinite(micros) && micros >= 0
        ? [{ ...point, name: 'claude_code.cost.usage', unit: 'USD', value: micros / 1e6 }]
        : []),
    ]
  })
}

const again = fc.record({
  index: fc.nat(200),
  // Not part of a point's identity.
  change: fc.constantFrom<Attributes>({}, {}, { 'git.branch': 'changed' }, { 'user.id': 'changed' }),
})

function pointsOf(logs: readonly SentLog[]): fc.Arbitrary<SentPoint[]> {
  return fc
    .tuple(
      fc.array(series, { maxLength: 16, size: 'max' }),
      fc.oneof(fc.constant([]), fc.array(mirror, { maxLength: 20, size: 'max' })),
      fc.array(again, { maxLength: 4 }),
    )
    .map(([all, mirrors, copies]) => {
      const first = [...mirrored(logs, mirrors), ...all.flat()].filter(unambiguous())
      return withCopies(first, copies, (point, change) => ({ ...point, resource: { ...point.resource, ...change } }))
    })
}

/** No series has two values at one time, or two temporalities: the contract does not say which comes first, or what they count. */
function unambiguous(): (point: SentPoint) => boolean {
  const seen = new Set<string>()
  return (point) => {
    const other = seriesOf({ ...point, temporality: point.temporality === 1 ? 2 : 1 })
    const key = `${seriesOf(point)} ${point.timeNs}`
    if (seen.has(other) || seen.has(key)) return false
    seen.add(seriesOf(point))
    seen.add(key)
    return true
  }
}

/** In the order of delivery. @param arrivedMs when it is going to arrive */
export const datasetOf = (arrivedMs: number): fc.Arbitrary<Delivered> =>
  logs.chain((sent) =>
    fc.record({ logs: fc.constant(sent), points: pointsOf(sent), arrivedMs: fc.constant(arrivedMs) }),
  )
