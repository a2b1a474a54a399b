import { expect, test } from 'vitest'
import { checkRelay } from './relay.ts'
import { fakeSystem } from './testing/fake-system.ts'

const URL = 'http://127.0.0.1:4320'
const check = (text: string | undefined) => {
  const system = fakeSystem()
  return checkRelay({ ...system, fetchText: async (url) => (url === `${URL}/status` ? text : undefined) }, URL)
}
const status = (bytes: number, lastFailure: string, misdirected = 0, lastMisdirected = '') =>
  JSON.stringify({
    pid: 1,
    misdirected,
    lastMisdirected,
    memory: { requestsBytes: 0, rssBytes: 1 },
    buffer: { mode: 'live', parked: { events: 0, bytes, files: 1 }, refused: 0, lastFailure },
  })

test.each([
  ['a relay that does not answer', undefined, 'bad', /does not answer on http:\/\/127\.0\.0\.1:4320/],
  ['another program', '<html>', 'bad', /another program/],
  ['another program that speaks JSON', '{}', 'bad', /another program/],
  ['a relay with nothing', status(0, ''), 'ok', /has delivered everything/],
  [
    'a relay that waits',
    status(372, 'connect ECONNREFUSED'),
    'warn',
    /^372 bytes are buffered in .*: connect ECONNREFUSED$/,
  ],
  [
    'a relay to which a client sends without a path',
    status(0, '', 12, 'POST /'),
    'warn',
    /it is refused: 12 since the relay began, the last one POST \/$/,
  ],
  ['a relay that has begun', status(372, ''), 'warn', /^372 bytes are buffered in the relay on \S+$/],
])('%s', async (_, text, verdict, message) => {
  const finding = await check(text)
  expect(finding).toMatchObject({ check: 'relay', verdict })
  expect(finding.message).toMatch(message)
})
