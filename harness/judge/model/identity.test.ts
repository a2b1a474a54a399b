import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { log, point, pointRow } from '../testing/evidence.ts'
import { canonical, eventIdentity, eventTypeOf, pointIdentity } from './identity.ts'

fc.configureGlobal({ seed: 1 })

describe('the identity of an event', () => {
  const identity = (record: ReturnType<typeof log>) => eventIdentity(record, eventTypeOf(record))

  test.each(['model', 'user.email', 'error', 'prompt'])('does not depend on %s, which a policy may change', (key) => {
    expect(identity(log(1, { [key]: 'x' }))).toBe(identity(log(1)))
  })

  test.each(['session.id', 'event.sequence', 'event.name', 'prompt.id', 'tool_use_id', 'request_id'])(
    'depends on %s',
    (key) => {
      expect(identity(log(1, { [key]: 'x' }))).not.toBe(identity(log(1)))
    },
  )

  test('depends on the nanosecond', () => {
    expect(identity(log(1, {}, { timeUnixNano: '1800000000000000002' }))).not.toBe(identity(log(1)))
  })

  test("takes the resource's session where the record has none, and the body's name where there is no attribute", () => {
    const attributes = { 'event.sequence': '1', 'event.name': 'api_request' }
    expect(identity({ ...log(1), attributes, resource: { 'session.id': 's1' } })).toBe(identity(log(1)))
    expect(eventTypeOf({ ...log(1), attributes: {} })).toBe('api_request')
    expect(eventTypeOf({ ...log(1), attributes: { 'event.name': '' } })).toBe('')
  })
})

describe('the identity of a data point', () => {
  test('is the same as of its row, whose name has lost the prefix', () => {
    expect(pointIdentity(pointRow(point(10)))).toBe(pointIdentity(point(10)))
  })

  test('does not depend on who it was, which a policy hashes', () => {
    expect(pointIdentity(point(10, { 'user.email': 'a' }))).toBe(pointIdentity(point(10, { 'user.email': 'b' })))
  })
})

test('maps are canonically equal exactly when they hold the same keys and values, whatever their order', () => {
  const map = fc.dictionary(fc.string(), fc.string())
  fc.assert(
    fc.property(map, (entries) => {
      const reversed = Object.fromEntries(Object.entries(entries).reverse())
      expect(canonical(reversed)).toBe(canonical(entries))
    }),
  )
  fc.assert(
    fc.property(map, map, (a, b) => {
      const equal = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
      expect(canonical(a) === canonical(b)).toBe(equal)
    }),
  )
})
