// Packing loses no canary, and lets some share a resource or a scope.
import { expect, test } from 'vitest'
import { makeGrid } from './grid.ts'
import { packCanaries } from './pack.ts'

const marked = [...makeGrid({ seed: 3, perCell: 1 })].map(({ canary }, index) => ({ canary, mark: `c${index}.` }))
const packed = [...packCanaries(marked, 50)]
const texts = packed.map(({ request }) => JSON.stringify(request)).join('\n')

test('each canary is in one request, with its mark and its text', () => {
  for (const { canary, mark } of marked) {
    expect(texts.split(`"${mark}"`)).toHaveLength(2)
    if (canary.position !== 'bytes value') expect(texts).toContain(JSON.stringify(canary.text))
  }
  expect(packed.reduce((sum, { records }) => sum + records, 0)).toBe(marked.length)
  expect(Math.max(...packed.map(({ records }) => records))).toBe(50)
})

test('some share a resource with several scopes, some a scope', () => {
  const logs = packed.flatMap(({ request }) => ('resourceLogs' in request ? request.resourceLogs : []))
  expect(logs.some(({ scopeLogs = [] }) => scopeLogs.length > 1)).toBe(true)
  expect(logs.some(({ scopeLogs = [] }) => scopeLogs.some(({ logRecords = [] }) => logRecords.length > 1))).toBe(true)
  const metrics = packed.flatMap(({ request }) => ('resourceMetrics' in request ? request.resourceMetrics : []))
  expect(metrics.some(({ scopeMetrics = [] }) => scopeMetrics.length > 1)).toBe(true)
})
