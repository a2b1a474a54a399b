import { expect, test } from 'vitest'
import { Measurements } from './measurements.ts'

test('they stand in the order of measuring, and a name stands for one number', () => {
  const measurements = new Measurements()
  measurements.add('memory', { name: 'b', value: 2, unit: 'MiB', limit: { atMost: 3 } })
  measurements.add('load', { name: 'a', value: Number.NaN, unit: 'events' })
  expect(() => measurements.add('load', { name: 'b', value: 1, unit: 'MiB' })).toThrow('"b" was measured already')
  expect(measurements.all).toEqual([
    { oracle: 'memory', name: 'b', value: 2, unit: 'MiB', limit: { atMost: 3, missed: 'fail' } },
    { oracle: 'load', name: 'a', value: null, unit: 'events', limit: null },
  ])
})
