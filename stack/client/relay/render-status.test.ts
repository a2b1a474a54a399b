import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRelay, statusOf } from '../testing/relay-under-test.ts'
import { ScriptedTransport } from '../testing/scripted-transport.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import { renderStatus } from './render-status.ts'
import { readRelayStatus } from './status.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  await directory[Symbol.asyncDispose]()
})

test('tells the policy in force, and of an earlier version that there is none', async () => {
  await using relay = await startRelay(directory.path, new ScriptedTransport())
  const status = await readRelayStatus(relay.http, 5_000)
  expect(status).toMatchObject({ policy: (await statusOf(relay)).policy })
  const [state, policy, done] = renderStatus(status)
  expect(state).toMatch(
    /^The relay \(process \d+\) is live, for the test: 0 events came, 0 were delivered, 0 wait on disk\.$/,
  )
  expect(policy).toMatch(
    /^Policy [0-9a-f]{12}: \d+ rules and 0 names; identities are removed, as TELEMETRY_HASH_SALT is not set\.$/,
  )
  expect(done).toBe('It has changed 0 requests, and left out 0 events.')
  const { policy: _, ...earlier } = status
  expect(renderStatus(earlier)[1]).toBe('It is of a version that masks nothing: start it again.')
})
