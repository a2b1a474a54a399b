// Laws of judging, for any set of records: the metamorphic counterpart of the hand-written histories in judge.test.ts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Judgement, judge } from './judge.ts'
import type { Evidence, Offered } from './model/evidence.ts'
import { surplusOf } from './model/tally.ts'
import { eventRow, evidenceOf, log, offer, point, pointRow, rawRow } from './testing/evidence.ts'

fc.configureGlobal({ seed: 1 })

const key = fc.oneof(
  fc.string({ maxLength: 8 }).map((text) => `x.${text}`),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length'),
)
const attributes = fc.dictionary(key, fc.string({ unit: 'binary', maxLength: 12 }), { maxKeys: 4 })
const session = fc.constantFrom('s1', 's2', 's3')

const logRecord = fc
  .record({ sequence: fc.nat({ max: 99 }), session, attributes, body: fc.string({ maxLength: 6 }) })
  .map((each) => log(each.sequence, { ...each.attributes, 'session.id': each.session }, { body: each.body }))
const pointRecord = fc
  .record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), session, attributes })
  .map((each) => point(each.value, { ...each.attributes, 'session.id': each.session }))

/** Different events only: one offer for each identity, at least one of each kind. */
const records = fc
  .record({
    logs: fc.uniqueArray(logRecord, {
      minLength: 1,
      maxLength: 8,
      selector: ({ attributes: a }) => `${a['session.id']}/${a['event.sequence']}`,
    }),
    points: fc.uniqueArray(pointRecord, { minLength: 1, maxLength: 8, selector: ({ value }) => String(value) }),
  })
  .map(({ logs, points }) => ({ logs, points, evidence: evidenceOf([...logs, ...points].map((each) => offer(each))) }))

function verdictOf(judgement: Judgement, oracle: string): string | undefined {
  return judgement.findings.find((finding) => finding.oracle === oracle)?.verdict
}

function picked<T>(items: readonly T[], index: number): { at: number; item: T } {
  const at = index % items.length
  const item = items[at]
  if (item === undefined) throw new Error('nothing to pick from')
  return { at, item }
}

const faultless = { lost: 0, duplicated: 0, corrupted: 0, unexpected: 0, leaked: 0 }

describe('for any set of records', () => {
  test('storing exactly them passes', () => {
    fc.assert(
      fc.property(records, ({ evidence }) => {
        expect(judge(evidence)).toMatchObject({ verdict: 'pass', tally: faultless })
      }),
    )
  })

  test('what was offered adds up: stored, lost, left out, repeated or not acknowledged', () => {
    const fate = fc.constantFrom('store', 'exclude')
    const answer = fc.constantFrom('accepted', 'refused', 'indeterminate')
    const offered = fc.record({ times: fc.nat({ max: 3 }), rows: fc.nat({ max: 2 }), fate, answer })
    fc.assert(
      fc.property(fc.array(offered, { minLength: 1, maxLength: 12 }), (each) => {
        const evidence = evidenceOf(
          each.flatMap(({ times, fate: kept, answer: got }, index) =>
            Array.from({ length: times }, () => offer(log(index, {}, { fate: kept }), got)),
          ),
        )
        const events = each.flatMap(({ rows }, index) => Array.from({ length: rows }, () => eventRow(log(index))))
        const { tally } = judge({ ...evidence, events })
        // A row too many is a second one of an event, or one of an event that was not offered or is left out.
        const tooMany = each.reduce((sum, { times, rows, fate: kept }) => {
          return sum + (times === 0 || kept === 'exclude' ? rows : Math.max(0, rows - 1))
        }, 0)
        expect(surplusOf(tally)).toBe(tooMany)
        expect(Object.values(tally).every((count) => count >= 0)).toBe(true)
      }),
    )
  })

  test('removing any one row is one loss that the accounting names', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.boolean(), ({ evidence }, index, ofPoints) => {
        const part = ofPoints ? 'points' : 'events'
        const { at } = picked<unknown>(evidence[part], index)
        const judgement = judge({ ...evidence, [part]: evidence[part].filter((_, other) => other !== at) })
        expect(verdictOf(judgement, 'accounting')).toBe('fail')
        expect(judgement).toMatchObject({ verdict: 'fail', tally: { ...faultless, lost: 1 } })
      }),
    )
  })

  test('duplicating any one row is one duplication that the accounting names', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.boolean(), ({ evidence }, index, ofPoints) => {
        const part = ofPoints ? 'points' : 'events'
        const { item } = picked<unknown>(evidence[part], index)
        const judgement = judge({ ...evidence, [part]: [...evidence[part], item] })
        expect(verdictOf(judgement, 'accounting')).toBe('fail')
        expect(judgement).toMatchObject({ verdict: 'fail', tally: { ...faultless, duplicated: 1 } })
      }),
    )
  })

  test('altering any one attribute of any one row is one corruption that the fidelity names', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.string(), fc.boolean(), ({ logs, evidence }, index, text, remove) => {
        const { at, item } = picked(logs, index)
        const altered = remove
          ? {
              ...item,
              attributes: Object.fromEntries(Object.entries(item.attributes).filter(([name]) => name !== 'model')),
            }
          : { ...item, attributes: { ...item.attributes, model: `${text}!` } }
        const replaced = logs.with(at, altered)
        const judgement = judge({
          ...evidence,
          events: replaced.map((row) => eventRow(row)),
          records: replaced.map(rawRow),
        })
        expect(verdictOf(judgement, 'fidelity')).toBe('fail')
        expect(judgement).toMatchObject({ verdict: 'fail', tally: { ...faultless, corrupted: 1 } })
      }),
    )
  })

  test('altering the resource of any one data point is one corruption that the fidelity names', () => {
    fc.assert(
      fc.property(records, fc.nat(), attributes, ({ points, evidence }, index, resource) => {
        const { at, item } = picked(points, index)
        const altered = points.with(at, { ...item, resource: { ...resource, 'service.name': 'another' } })
        const judgement = judge({ ...evidence, points: altered.map(pointRow) })
        expect(verdictOf(judgement, 'fidelity')).toBe('fail')
        expect(judgement).toMatchObject({ verdict: 'fail', tally: { ...faultless, corrupted: 1 } })
      }),
    )
  })

  test('altering what identifies any one event is one loss and one unexpected row', () => {
    fc.assert(
      fc.property(
        records,
        fc.nat(),
        fc.constantFrom('session.id', 'event.sequence', 'event.name', 'prompt.id', 'tool_use_id', 'request_id'),
        ({ logs, evidence }, index, name) => {
          const { at, item } = picked(logs, index)
          const altered = logs.with(at, { ...item, attributes: { ...item.attributes, [name]: 'another' } })
          const judgement = judge({ ...evidence, events: altered.map((row) => eventRow(row)) })
          expect(verdictOf(judgement, 'accounting')).toBe('fail')
          expect(judgement).toMatchObject({ verdict: 'fail', tally: { ...faultless, lost: 1, unexpected: 1 } })
        },
      ),
    )
  })

  test('any answers: what was accepted must be there, what was refused must not, the rest may', () => {
    const answers = fc.array(fc.constantFrom('accepted', 'refused', 'indeterminate', 'partial'), { minLength: 8 })
    fc.assert(
      fc.property(records, answers, fc.infiniteStream(fc.boolean()), ({ logs }, kinds, coin) => {
        const offered: Offered[] = logs.map((record, index) => offer(record, kinds[index] ?? 'accepted'))
        const there = offered.map(({ answer }) =>
          answer === 'accepted' ? true : answer === 'refused' ? false : (coin.next().value ?? false),
        )
        const stored = logs.filter((_, index) => there[index])
        const rows = { events: stored.map((row) => eventRow(row)), records: stored.map(rawRow) }
        expect(judge(evidenceOf(offered, rows)).tally).toMatchObject(faultless)
        const opposite = logs.filter((_, index) => !there[index])
        const flipped = { events: opposite.map((row) => eventRow(row)), records: opposite.map(rawRow) }
        expect(judge(evidenceOf(offered, flipped)).tally).toMatchObject({
          lost: offered.filter(({ answer }) => answer === 'accepted').length,
          unexpected: offered.filter(({ answer }) => answer === 'refused').length,
        })
      }),
    )
  })
})

describe('judging', () => {
  const damaged = records.chain(({ evidence }) =>
    fc.record({
      evidence: fc.constant(evidence),
      events: fc.shuffledSubarray([...evidence.events, ...evidence.events.slice(0, 2)]),
      records: fc.shuffledSubarray([...evidence.records]),
      points: fc.shuffledSubarray([...evidence.points, ...evidence.points.slice(0, 2)]),
    }),
  )
  const summary = ({ verdict, findings, tally }: Judgement) => ({
    verdict,
    tally,
    findings: findings.map((finding) => ({ ...finding, examples: finding.examples.length })),
  })

  test('depends on no order of rows', () => {
    fc.assert(
      fc.property(damaged, ({ evidence, events, records: raw, points }) => {
        const given: Evidence = { ...evidence, events, records: raw, points }
        const reversed: Evidence = {
          ...given,
          offered: evidence.offered.toReversed(),
          events: events.toReversed(),
          records: raw.toReversed(),
          points: points.toReversed(),
        }
        expect(summary(judge(reversed))).toEqual(summary(judge(given)))
      }),
    )
  })

  test('is pure: it changes no evidence, and the same evidence gets the same judgement', () => {
    fc.assert(
      fc.property(damaged, ({ evidence, ...rows }) => {
        const given: Evidence = { ...evidence, ...rows }
        const before = structuredClone(given)
        const judgement = judge(given)
        expect(given).toEqual(before)
        expect(judge(before)).toEqual(judgement)
      }),
    )
  })
})
