import { expect, test } from 'vitest'
import { makeCanaries } from './make.ts'
import type { Canary } from './model/canary.ts'
import { requestWith } from './place.ts'
import { searchForms } from './search-forms.ts'

/** One for each position, as an early round of every class reaches them all. */
const byPosition = new Map<string, Canary>()
for (const canary of makeCanaries({ seed: 7, count: 2000 })) byPosition.set(canary.position, canary)

test.each([...byPosition])('at the position %s the request carries the secret, and only there', (position, canary) => {
  const request = requestWith(canary, 'mark-1')
  const text = JSON.stringify(request)
  expect(text).toContain('mark-1')
  const found = (secret: string) => searchForms(secret).some(({ bytes }) => text.includes(bytes.toString()))
  expect([canary.secret, ...canary.also].filter((secret) => !found(secret))).toEqual([])
  expect('resourceMetrics' in request).toBe(
    ['metric name', 'data point attribute', 'exemplar attribute'].includes(position),
  )
})

test('a telling key stands beside its value', () => {
  const keyed = [...makeCanaries({ seed: 7, count: 500 })].filter(({ key }) => key !== undefined)
  expect(keyed.length).toBeGreaterThan(10)
  for (const canary of keyed) expect(JSON.stringify(requestWith(canary, 'm'))).toContain(`{"key":"${canary.key}"`)
})
