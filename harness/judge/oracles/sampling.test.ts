import { describe, expect, test } from 'vitest'
import { judge } from '../judge.ts'
import { type Evidence, strictRules } from '../model/evidence.ts'
import { eventRow, evidenceOf, log, offer, point, rawRow } from '../testing/evidence.ts'

const rules = { ...strictRules, samplingPercentage: 25, counters: false }
const sessions = Array.from({ length: 100 }, (_, index) => `s${index}`)
const three = (session: string) => [1, 2, 3].map((sequence) => log(sequence, { 'session.id': session }))
const all = sessions.flatMap(three)

/** 100 sessions of three events, of which those rows are stored whose session and sequence the filter keeps. */
function sampled(keeps: (session: number, sequence: number) => boolean, change: Partial<Evidence> = {}): Evidence {
  const rows = all.filter((_, index) => keeps(Math.floor(index / 3), (index % 3) + 1))
  return evidenceOf(
    all.map((record) => offer(record)),
    { rules, events: rows.map((row) => eventRow(row)), records: rows.map(rawRow), ...change },
  )
}

function sampling(evidence: Evidence) {
  return judge(evidence).findings.find(({ oracle }) => oracle === 'sampling')
}

describe('sampling at 25 %', () => {
  test('passes when a quarter of the sessions is there whole, and tallies the rest as sampled, not as lost', () => {
    const judgement = judge(sampled((session) => session % 4 === 0))
    expect(judgement.verdict).toBe('pass')
    expect(judgement.tally).toMatchObject({ stored: 75, sampled: 225, lost: 0 })
  })

  test('fails on a torn session, whose missing events are lost', () => {
    const judgement = judge(sampled((session, sequence) => session % 4 === 0 && !(session === 8 && sequence === 2)))
    const failed = judgement.findings.filter(({ verdict }) => verdict === 'fail')
    expect(failed.map(({ oracle }) => oracle)).toEqual(['accounting', 'sampling'])
    expect(failed.flatMap(({ examples }) => examples)).toEqual([
      'lost: api_request 2 of session s8',
      'session s8 is torn: 2 of 3 events',
    ])
    expect(judgement.tally).toMatchObject({ lost: 1, sampled: 225 })
  })

  test('tells a session of which only an indeterminate event is stored from one that was left out', () => {
    const evidence = sampled((session) => session % 4 === 0)
    const extra = log(4, { 'session.id': 's1' })
    const judgement = judge({
      ...evidence,
      rules: { ...rules, maxRefusedBatches: 1 },
      offered: [...evidence.offered, offer(extra, 'indeterminate')],
      events: [...evidence.events, eventRow(extra)],
      records: [...evidence.records, rawRow(extra)],
    })
    expect(judgement.tally).toMatchObject({ lost: 3, sampled: 222 })
  })

  test.each([
    ['all', () => true],
    ['none', () => false],
  ])('fails when %s of the sessions are there', (_, keeps) => {
    expect(sampling(sampled(keeps))?.verdict).toBe('fail')
  })

  test('counts no session of which nothing had to be stored', () => {
    const refused = Array.from({ length: 100 }, (_, index) => offer(log(1, { 'session.id': `r${index}` }), 'refused'))
    const evidence = sampled((session) => session % 4 === 0)
    expect(sampling({ ...evidence, offered: [...evidence.offered, ...refused] })?.message).toContain(
      '25 of 100 sessions',
    )
  })

  test('says nothing where there is no session', () => {
    const anonymous = { ...log(1), attributes: { 'event.name': 'x' } }
    expect(sampling(evidenceOf([offer(anonymous)], { rules }))).toBeUndefined()
  })

  test('leaves out no metric and no event without a session', () => {
    const anonymous = { ...log(1), attributes: { 'event.name': 'x' } }
    const offered = [offer(anonymous), offer(point(1))]
    const judgement = judge(evidenceOf(offered, { rules, events: [], records: [], points: [] }))
    expect(judgement.tally).toMatchObject({ lost: 2, sampled: 0 })
  })
})

test('at 100 % a session that is missing is lost, and sampling is not judged', () => {
  const judgement = judge(sampled((session) => session > 0, { rules: strictRules }))
  expect(judgement.tally).toMatchObject({ lost: 3, sampled: 0 })
  expect(judgement.findings.map(({ oracle }) => oracle)).not.toContain('sampling')
})
