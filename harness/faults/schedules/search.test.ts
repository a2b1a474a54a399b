import { expect, test } from 'vitest'
import { emptyTally } from '../../judge/model/tally.ts'
import { parseSchedule, type Schedule } from './schedule.ts'
import { search } from './search.ts'

const fine = { tally: emptyTally, faults: [], failure: '' }
const quiet = { seed: 7, schedules: 40, onProgress: () => {} }

test('tries as many schedules as it is told, the same for the same seed', async () => {
  const seen: string[][] = [[], []]
  for (const list of seen) {
    const { tried, smallest } = await search({
      ...quiet,
      run: async (schedule) => {
        list.push(JSON.stringify(schedule))
        return fine
      },
    })
    expect(tried).toHaveLength(40)
    expect(smallest).toBeUndefined()
  }
  expect(seen[0]).toEqual(seen[1])
  expect(new Set(seen[0]).size).toBeGreaterThan(30)
})

test('shrinks what fails to the one fault that makes it fail, and says how often it does', async () => {
  const isBad = (schedule: Schedule) =>
    schedule.some(({ fault: { kind, stage } }) => kind === 'kill' && stage === 'relay')
  let repeated = 0
  const { smallest } = await search({
    ...quiet,
    run: async (schedule) => {
      if (JSON.stringify(schedule).length < 120) repeated += 1
      return isBad(schedule) ? { ...fine, failure: '3 lost' } : fine
    },
  })
  expect(smallest).toEqual({
    schedule: [{ fault: { kind: 'kill', stage: 'relay', parameters: {} }, batches: 1 }],
    failure: '3 lost',
    reproduced: '5 of 5 times',
  })
  expect(repeated).toBeGreaterThan(0)
})

test('a schedule survives its replay line', () => {
  const schedule = [
    {
      fault: { kind: 'limit_data', stage: 'client-collector', parameters: { limitBytes: 60, direction: 'upstream' } },
      batches: 2,
    },
  ]
  expect(parseSchedule(JSON.stringify(schedule))).toEqual(schedule)
  expect(() => parseSchedule('[]')).toThrow(/is no schedule/)
  expect(() => parseSchedule('no JSON')).toThrow(/is no schedule/)
})
