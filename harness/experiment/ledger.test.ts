import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Answer, Batch, Emitter, ExpectedRecord } from '../../generators/batch.ts'
import { answerOf, log, point } from '../judge/testing/evidence.ts'
import { Ledger } from './ledger.ts'

function batch(...expected: ExpectedRecord[]): Batch {
  return { signal: expected[0]?.signal ?? 'logs', request: { resourceLogs: [] }, expected }
}

function answering(kind: Answer['kind']): Emitter {
  return { name: 'fake', send: async () => answerOf(kind), [Symbol.asyncDispose]: async () => {} }
}

test('every record of a batch bears the answer of its batch', async () => {
  const ledger = new Ledger('salt')
  await ledger.offer(answering('accepted'), batch(log(1), log(2)))
  const sent = await ledger.offer(answering('refused'), batch(point(1)))
  expect(ledger.offered.map(({ answer }) => answer)).toEqual(['accepted', 'accepted', 'refused'])
  expect(ledger.sent.map(({ signal, records }) => [signal, records])).toEqual([
    ['logs', 2],
    ['metrics', 1],
  ])
  expect(sent.answer).toEqual(answerOf('refused'))
  expect(sent.ackMs).toBeGreaterThanOrEqual(0)
})

test('an identity is written down as the salted hash that must be stored, in records and resources', async () => {
  const ledger = new Ledger('salt-')
  const who = { hashOf: 'alice@example.com' }
  await ledger.offer(
    answering('accepted'),
    batch({ ...log(1), body: who, resource: { 'user.email': who }, attributes: { 'user.id': who } }),
  )
  const hash = `sha256:${createHash('sha256').update('salt-alice@example.com').digest('hex')}`
  expect(ledger.offered[0]?.record).toMatchObject({
    body: hash,
    resource: { 'user.email': hash },
    attributes: { 'user.id': hash },
  })
})

test('what must be stored counts different events that were accepted and are kept by the policy', async () => {
  const ledger = new Ledger('salt')
  await ledger.offer(answering('accepted'), batch(log(1), log(1), log(2), log(3, {}, { fate: 'exclude' })))
  await ledger.offer(answering('accepted'), batch(log(2)))
  await ledger.offer(answering('accepted'), batch(point(1), point(2)))
  for (const kind of ['refused', 'partial', 'indeterminate'] as const)
    await ledger.offer(answering(kind), batch(log(9)))
  expect(ledger.mustBeStored).toBe(4)
})

test('sessions and planted texts are each known once', async () => {
  const ledger = new Ledger('salt')
  ledger.plant(['hunter2', 'hunter2'])
  ledger.plant(['secret'])
  const onResource = { ...log(3), resource: { 'session.id': 's3' }, attributes: {} }
  await ledger.offer(answering('indeterminate'), batch(log(1), log(2), log(1, { 'session.id': 's2' }), onResource))
  expect(ledger.planted).toEqual(['hunter2', 'secret'])
  expect(ledger.sessions).toEqual(['s1', 's2', 's3'])
})
