// Random mixes of people, sessions and rows that name somebody or nobody, as a team with all its settings might send them.
import fc from 'fast-check'
import { attributes } from '../../generators/hand-made.ts'

interface MixedRow {
  readonly signal: 'logs' | 'metrics'
  /** Attribute to value, on the record and on its resource. */
  readonly record: Readonly<Record<string, string>>
  readonly resource: Readonly<Record<string, string>>
}

export interface Mix {
  readonly rows: readonly MixedRow[]
  /** Who is to be forgotten: never nobody. */
  readonly emails: readonly string[]
  readonly users: readonly string[]
}

const PEOPLE = 4
const START_S = 1_790_000_000

const emailOf = (person: number) => `p${person}@example.com`

/** What each person may be known by; ids of some look like an address, which the policy hashes. */
const known = (person: number): Readonly<Record<string, string>> => ({
  'user.email': emailOf(person),
  'user.name': `Person ${person}`,
  'user.id': `u${person}`,
  'user.account_uuid': person % 2 === 0 ? `uuid-${person}` : emailOf(person),
  'user.account_id': `user_${person}`,
})

/** Some of what a person is known by, nobody, or what stands for anybody. */
const identity = fc.oneof(
  { weight: 6, arbitrary: fc.nat(PEOPLE - 1).chain((person) => fc.subarray(Object.entries(known(person)))) },
  { weight: 3, arbitrary: fc.constant<[string, string][]>([]) },
  { weight: 1, arbitrary: fc.constant<[string, string][]>([['user.email', '[REDACTED_EMAIL]']]) },
  { weight: 1, arbitrary: fc.constant<[string, string][]>([['user.id', '']]) },
)
const session = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3).map((number) => [['session.id', `s${number}`]] as [string, string][]) },
  { weight: 1, arbitrary: fc.constant<[string, string][]>([['session.id', '[REDACTED_ID]']]) },
  { weight: 1, arbitrary: fc.constant<[string, string][]>([]) },
)
/** On the record, on the resource, or on both, where they may disagree. */
const place = fc
  .tuple(identity, session, fc.boolean(), fc.boolean())
  .map(([person, ofSession, hasPerson, hasSession]) =>
    Object.fromEntries([...(hasPerson ? person : []), ...(hasSession ? ofSession : [])]),
  )
const row: fc.Arbitrary<MixedRow> = fc.record({
  signal: fc.constantFrom('logs', 'metrics'),
  record: fc.tuple(identity, session).map((parts) => Object.fromEntries(parts.flat())),
  resource: fc.oneof(fc.constant({}), place),
})

export function mixOf(): fc.Arbitrary<Mix> {
  const ids = Array.from({ length: PEOPLE }, (_, person) => `u${person}`)
  const asked = fc
    .record({
      emails: fc.subarray([emailOf(0), emailOf(1)], { maxLength: 1 }),
      users: fc.subarray([...ids, 'user_1', 'Person 2', 'uuid-0'], { maxLength: 2 }),
    })
    .filter(({ emails, users }) => emails.length + users.length > 0)
  return fc
    .tuple(fc.array(row, { minLength: 15, maxLength: 40 }), asked)
    .map(([rows, { emails, users }]) => ({ rows, emails, users }))
}

/** @param id stands before every value that tells a person or a session, so that mixes do not meet */
export function requestsOf({ rows }: Mix, id: string): object[] {
  const own = (map: Readonly<Record<string, string>>) =>
    attributes(
      Object.fromEntries(
        Object.entries(map).map(([key, value]) => [key, /^(?:\[|$)/.test(value) ? value : `${id}-${value}`]),
      ),
    )
  return rows.map(({ signal, record, resource }, index) => {
    const timeUnixNano = `${START_S + index}000000000`
    const place = { resource: { attributes: own(resource) } }
    if (signal === 'logs') {
      const sequence = attributes({ 'event.sequence': { intValue: String(index) }, mix: id })
      return {
        resourceLogs: [
          { ...place, scopeLogs: [{ logRecords: [{ timeUnixNano, attributes: [...own(record), ...sequence] }] }] },
        ],
      }
    }
    const dataPoints = [
      { timeUnixNano, asInt: String(index), attributes: [...own(record), ...attributes({ mix: id })] },
    ]
    const metric = {
      name: 'claude_code.token.usage',
      sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints },
    }
    return { resourceMetrics: [{ ...place, scopeMetrics: [{ metrics: [metric] }] }] }
  })
}
