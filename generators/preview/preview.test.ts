import { expect, test } from 'vitest'
import { plansOf } from '../team/parts.ts'
import { readPreset } from '../team/preset.ts'
import { teamPlayer } from '../team/team-session.ts'
import { survey } from './survey.ts'
import { previewSvg } from './svg.ts'
import { previewText } from './terminal.ts'
import { timeline } from './timeline.ts'

const preset = await readPreset('team-week')
const options = { preset, seed: 1, startMs: Date.parse('2026-01-05T00:00:00Z') }
const sessions = plansOf(options).map(teamPlayer(options))
const seen = await survey(sessions)
const events = sessions.flatMap((session) => session.events)

test('counts what there is, once', () => {
  const ids = new Set(events.map(({ expected }) => expected.attributes['session.id']))
  expect(seen).toMatchObject({ sessions: ids.size, runs: sessions.length, events: events.length })
  // Resumed ones, and such as processes share.
  expect(ids.size).toBeLessThan(sessions.length)
  expect([...seen.hours.values()].reduce((sum, count) => sum + count, 0)).toBe(events.length)
  const cost = events.reduce((sum, { expected }) => sum + Number(expected.attributes.cost_usd ?? 0), 0)
  for (const amounts of [seen.costOfDays, seen.costOfModels])
    expect([...amounts.values()].reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(cost, 6)
  for (const [name, sizes] of seen.bytes) expect(sizes.count).toBe(events.filter((event) => event.name === name).length)
})

test('a week is shown by hours, a year by days, without gaps', () => {
  const week = timeline(seen.hours)
  expect(week.map(({ name }) => name)).toContain('Mon 2026-01-05')
  for (const { counts } of week) expect(counts).toHaveLength(24)
  const hour = Date.parse('2026-01-30T12:00:00Z') / 3_600_000
  const long = timeline(
    new Map([
      [hour, 3],
      [hour + 24 * 40, 4],
    ]),
  )
  expect(long.map(({ name, counts }) => [name, counts.length])).toEqual([
    ['2026-01', 31],
    ['2026-02', 28],
    ['2026-03', 11],
  ])
  expect(long[0]?.counts[29]).toBe(3)
  expect(long[2]?.counts[10]).toBe(4)
  expect(timeline(new Map())).toEqual([])
})

test('the text tells the shape, and the picture is well-formed, also of nothing', async () => {
  const text = previewText('team-week', seen)
  expect(text).toMatch(
    /^team-week: [\d,]+ events and [\d,]+ data points in \d+ sessions \(the client was started 104 times\) of 8 people, 4 versions of the client, \$/,
  )
  expect(text).toMatch(/Mon 2026-01-05 +│.{24}│ [\d,]+\n/)
  for (const [name, found] of [
    ['a <week> & "more"', seen],
    ['nothing', await survey([])],
  ] as const) {
    const svg = previewSvg(name, found)
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<week>/)
    expect(svg.match(/<g[ >]/g)?.length).toBe(svg.match(/<\/g>/g)?.length)
    expect(previewText(name, found)).not.toMatch(/NaN|undefined|Infinity/)
  }
})
