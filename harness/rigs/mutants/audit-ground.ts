// A ground of what the database had to mask or leave out, over several days, also of a sample, and what was counted of it before.
import type { Attributes, Masked, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'
import { asking, type Ground } from './ground.ts'

const at = (text: string) => Date.parse(text)
const LOGS = ['2025-03-09T23:59:59.999Z', '2025-03-10T00:00:00Z', '2025-03-10T12:00:00Z', '2025-03-12T00:00:00Z'].map(
  at,
)
const POINTS = ['2025-03-10T00:00:00Z', '2025-03-11T23:59:59.999Z', '2025-03-12T00:00:00Z', '2025-03-12T10:00:00Z'].map(
  at,
)

const logs = LOGS.map(
  (arrivedMs, index): SentLog => ({
    timeNs: BigInt(at('2025-03-01') + index) * 1_000_000n,
    body: 'api_request',
    eventName: '',
    scope: '',
    resource: {},
    attributes: { 'event.sequence': String(index), note: 'cat /secret/x', 'session.id': `s${index}` },
    arrivedMs,
  }),
)

const points = POINTS.map(
  (arrivedMs, index): SentPoint => ({
    timeNs: BigInt(at('2025-03-01') + index) * 1_000_000n,
    startNs: 0n,
    name: 'claude_code.commit.count',
    unit: '',
    scope: '',
    resource: {},
    temporality: 1 as const,
    value: index,
    attributes: { note: 'cat /secret/x', 'session.id': `s${index}` },
    arrivedMs,
  }),
)

/** Some come again, in an insert of their own because they are not equal to the letter; each still counts once. */
const again = <T extends { readonly resource: Attributes }>(records: readonly T[]) =>
  records.slice(2).map((record) => ({ ...record, resource: { again: 'yes' } }))

/** The same as a sample, which nobody asks for. */
const marked = <T extends { readonly resource: Attributes }>(records: readonly T[]) =>
  records.map((record) => ({ ...record, resource: { 'telemetry.dataset': 'week' } }))

/** What the table of what was counted before has; several rules as often as each other. */
const before: readonly Masked[] = [
  ...['pattern', 'later', 'identity', 'earlier', 'forgotten'].map((rule) => ({
    signal: 'logs' as const,
    rule,
    arrivedMs: at('2025-03-10T00:00:00Z'),
  })),
  { signal: 'metrics', rule: 'identity', arrivedMs: at('2025-03-11T00:00:00Z') },
  { signal: 'logs', rule: 'path', arrivedMs: at('2025-03-12T00:00:00Z') },
  { signal: 'metrics', rule: 'pattern', arrivedMs: at('2025-03-11T00:00:00Z') },
  { signal: 'metrics', rule: 'pattern', arrivedMs: at('2025-03-11T00:00:00Z') },
  { signal: 'metrics', rule: 'pattern', arrivedMs: at('2025-03-12T00:00:00Z') },
]

const path = (signal: Masked['signal'], times: readonly number[]) =>
  times.map((arrivedMs) => ({ signal, rule: 'path', arrivedMs }))

export function auditGround(): Ground {
  return {
    name: 'audit',
    sent: {
      logs: [],
      points: [],
      arrivedMs: at('2025-03-12T00:00:00Z'),
      lastLine: [...path('logs', LOGS), ...path('metrics', POINTS), ...before],
    },
    hidden: {
      logs: [...logs, ...again(logs), ...marked(logs)],
      points: [...points, ...again(points), ...marked(points)],
    },
    counted: before,
    asked: [
      asking(),
      asking({ fromMs: at('2025-03-10T00:00:00Z'), toMs: at('2025-03-12T00:00:00Z') }),
      asking({ fromMs: at('2025-03-09T20:00:00Z'), toMs: at('2025-03-12T00:00:00.001Z') }),
      asking({ fromMs: at('2025-03-10T23:59:59.999Z'), toMs: at('2025-03-11T01:00:00Z') }),
      asking({ fromMs: at('2025-03-10T10:00:00Z'), toMs: at('2025-03-11T23:59:59.999Z') }),
    ],
  }
}
