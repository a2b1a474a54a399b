import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRequest, encodeRequest } from './codec.ts'
import { MAX_VALUE_LEVELS, refuseDeepJson, refuseDeepProtobuf } from './depth.ts'
import type { AnyValue } from './otlp.ts'
import { requestToJsonLine } from './to-json.ts'

/** A value of so many levels: arrays and maps by turns, or one of them only. */
function nested(levels: number, kind: 'array' | 'map' | 'both'): AnyValue {
  let value: AnyValue = { stringValue: 'x' }
  for (let level = 1; level < levels; level += 1)
    value =
      kind === 'array' || (kind === 'both' && level % 2 === 0)
        ? { arrayValue: { values: [value] } }
        : { kvlistValue: { values: [{ key: 'k', value }] } }
  return value
}

function requestOf(value: AnyValue) {
  const record = { timeUnixNano: '1', body: { stringValue: '' }, attributes: [{ key: 'deep', value }] }
  return { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }
}

const jsonOf = (request: object) => Buffer.from(JSON.stringify(request))

describe.each(['array', 'map', 'both'] as const)('values nested in %s', (kind) => {
  test('are taken up to the limit, by every encoder and decoder', () => {
    const request = requestOf(nested(MAX_VALUE_LEVELS, kind))
    const bytes = encodeRequest(request)
    expect(() => refuseDeepProtobuf('logs', bytes)).not.toThrow()
    expect(() => refuseDeepJson(jsonOf(request), request)).not.toThrow()
    expect(requestToJsonLine('logs', bytes).toString()).toContain('"stringValue":"x"')
    expect(JSON.stringify(decodeRequest('logs', bytes))).toContain('"stringValue":"x"')
  })

  test('are refused beyond it, in both encodings alike', () => {
    const request = requestOf(nested(MAX_VALUE_LEVELS + 1, kind))
    expect(() => refuseDeepProtobuf('logs', encodeRequest(request))).toThrow(/nested deeper than 100 levels/)
    expect(() => refuseDeepJson(jsonOf(request), request)).toThrow(/nested deeper than 100 levels/)
  })
})

test('a million levels are refused without going down by recursion', () => {
  const levels = 1_000_000
  const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(levels)}{}${']}}'.repeat(levels)}}]}]}]}`
  expect(() => refuseDeepJson(Buffer.from(text), JSON.parse(text))).toThrow(/nested deeper/)
})

test('brackets inside strings are no levels', () => {
  const request = requestOf({ stringValue: `\\"${'[{'.repeat(5_000)}` })
  expect(() => refuseDeepJson(jsonOf(request), request)).not.toThrow()
})

test('both encodings agree on any depth and shape', () => {
  const tree = fc.letrec<{ value: AnyValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.record({ stringValue: fc.string() }),
      fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
      fc.record({
        kvlistValue: fc.record({
          values: fc.array(fc.record({ key: fc.string(), value: tie('value') }), { maxLength: 3 }),
        }),
      }),
    ),
  })).value
  const deep = fc
    .tuple(fc.integer({ min: 90, max: 110 }), fc.constantFrom('array', 'map', 'both'))
    .map(([levels, kind]) => nested(levels, kind))
  fc.assert(
    fc.property(fc.oneof(tree, deep), (value) => {
      const request = requestOf(value)
      const verdictOf = (check: () => void) => {
        try {
          check()
          return 'taken'
        } catch (error) {
          return String(error)
        }
      }
      const asProtobuf = verdictOf(() => refuseDeepProtobuf('logs', encodeRequest(request)))
      expect(verdictOf(() => refuseDeepJson(jsonOf(request), request))).toBe(asProtobuf)
    }),
    { numRuns: 300 },
  )
})
