import { expect, test } from 'vitest'
import { checkDoubles } from './doubles.ts'

const running = (doubles: number | string) => ({
  query: async () => [{ doubles }],
  collectorMetrics: 'http://127.0.0.1:1/metrics',
  endpoint: '127.0.0.1:2',
})

test.each<[number | string, RegExp | undefined]>([
  [0, undefined],
  ['0', undefined],
  [1, /^1 event may be there twice/],
  ['12', /^12 events may be there twice/],
])('%s possible doubles', async (doubles, message) => {
  const found = await checkDoubles(running(doubles))
  if (message === undefined) expect(found).toEqual([])
  else expect(found).toMatchObject([{ check: 'doubles', verdict: 'warn', message: expect.stringMatching(message) }])
})
