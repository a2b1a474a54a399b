import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { until } from '../../../core/poll.ts'
import { lineOf } from '../export-request.ts'
import { Sanitizer } from '../sanitizer/sanitizer.ts'
import { limit, useBufferDirectory } from '../testing/buffer-directory.ts'
import { logs } from '../testing/messages.ts'
import { isLeftIn, plantedMessages } from '../testing/planted.ts'
import { down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { SECRETS } from '../testing/secrets.ts'
import { realDisk } from './disk.ts'

const { at, open, files, linesOf, said } = useBufferDirectory()
const sanitizer = new Sanitizer({ log: () => {} })
const timeoutMs = 10_000
const email = SECRETS.email ?? ''
/** A process that has ended, of a version that masked nothing. */
const OWNER = '999999-0-0a1b2c3d'
const named = (kind: string, sequence: number, owner = OWNER) => `${kind}-1795469307047-00000${sequence}-${owner}.jsonl`
const lines = (...bodies: string[]) => Buffer.concat(bodies.map((body) => lineOf(logs(body))))

async function leftBehind(): Promise<void> {
  await mkdir(at('.'), { recursive: true })
  const planted = plantedMessages(email).map(({ message }) => lineOf(message))
  const halves = planted.map((line) => line.subarray(0, line.length - 40)).flatMap((line) => [line, Buffer.from('\n')])
  await writeFile(at(named('parked', 1)), Buffer.concat([...planted, lines('first', '/a/secret/b', 'second')]))
  await writeFile(at(named('parked', 2)), Buffer.concat([lines('third'), ...halves]))
  await writeFile(at(named('refused', 3)), lines(`mail ${email}`, '/a/secret/b', 'plain'))
  const reason = (message: string) => `${JSON.stringify({ at: 'then', events: 1, code: 'HTTP 400', message })}\n`
  await writeFile(at(named('reasons', 4)), reason(`cannot take "${email}"`) + reason('/a/secret/b') + reason('so'))
  await writeFile(at(named('damaged', 5)), `mail ${email}\n{"key":"user.name","value":{"stringValue":"Ada L\n`)
  await writeFile(at(`${named('damaged', 6)}.new`), 'half')
}

async function everything(): Promise<string> {
  return (await Promise.all((await readdir(at('.'))).map((name) => readFile(at(name), 'utf8')))).join('\n')
}

const isMasked = async () => !isLeftIn(Buffer.from(await everything()), email) && !(await everything()).includes('Ada')

test('what an older version left in plain text is masked on disk, though the backend is away', async () => {
  await leftBehind()
  await using buffer = await open(new ScriptedTransport(() => down), { sanitizer })
  await until('all is masked', isMasked, { timeoutMs })
  await until('all is renamed', async () => (await readdir(at('.'))).every((name) => !name.includes('-0a1b2c3d.')), {
    timeoutMs,
  })
  expect(await everything()).not.toContain('/secret/')
  expect((await linesOf('refused')).map((line) => line.includes('plain'))).toEqual([false, false, true])
  expect((await linesOf('reasons')).map((line) => JSON.parse(line).message)).toEqual([
    'cannot take "[REDACTED_EMAIL]"',
    '',
    'so',
  ])
  expect(await linesOf('damaged')).toEqual([
    'mail [REDACTED_EMAIL]',
    '{"key":"user.name","value":{"stringValue":"[REDACTED_NAME]',
  ])
  const [refused = '', reasons = ''] = [...(await files('refused')), ...(await files('reasons'))]
  // Their names end alike, as they did.
  expect(refused.split('-').slice(3)).toEqual(reasons.split('-').slice(3))
  expect((await readdir(at('.'))).filter((name) => name.endsWith('.new'))).toEqual([])
  expect(buffer.status.mode).toBe('buffering')
})

test('it is delivered masked, in the order in which it was left', async () => {
  await leftBehind()
  const transport = new ScriptedTransport()
  await using buffer = await open(transport, { sanitizer })
  await buffer.drained(limit())
  expect(transport.taken.filter((body) => ['first', 'second', 'third'].includes(body))).toEqual([
    'first',
    'second',
    'third',
  ])
  for (const { body } of transport.sent) expect(isLeftIn(body, email)).toBe(false)
  expect(transport.taken).not.toContain('/a/secret/b')
  await until('all is masked', isMasked, { timeoutMs })
  expect(await linesOf('damaged')).toHaveLength(4 + 2)
})

test('what this version left is not touched again, under the same policy', async () => {
  {
    await using buffer = await open(new ScriptedTransport(() => down), { sanitizer })
    await buffer.offer(logs('one'))
  }
  const [name = ''] = await files('parked')
  expect(name).toContain(`-0-0-m${sanitizer.mark}_`)
  let rewrites = 0
  const create = (path: string) => {
    rewrites += 1
    return realDisk.create(path)
  }
  const transport = new ScriptedTransport()
  await using buffer = await open(transport, { sanitizer, disk: { ...realDisk, create } })
  await buffer.drained(limit())
  expect([transport.taken, rewrites]).toEqual([['one'], 0])
})

test('where the disk has no room for it, it is masked as it is delivered', async () => {
  await mkdir(at('.'), { recursive: true })
  await writeFile(at('buffer.json'), '{"format":1}\n')
  await writeFile(at(named('parked', 1)), lines(`mail ${email}`, '/a/secret/b', 'plain'))
  const create = () => Promise.reject(new Error('ENOSPC'))
  const transport = new ScriptedTransport()
  await using buffer = await open(transport, { sanitizer, disk: { ...realDisk, create } })
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['mail [REDACTED_EMAIL]', 'plain'])
  expect(said.filter((line) => line.includes('cannot be masked on disk (ENOSPC)'))).toHaveLength(1)
})

test('a buffer that is closed meanwhile leaves what it has not masked to the next', async () => {
  await leftBehind()
  {
    await using _ = await open(new ScriptedTransport(() => down), { sanitizer })
  }
  const transport = new ScriptedTransport()
  await using buffer = await open(transport, { sanitizer })
  await buffer.drained(limit())
  for (const body of ['first', 'second', 'third'])
    expect(transport.taken.filter((taken) => taken === body)).toEqual([body])
  for (const { body } of transport.sent) expect(isLeftIn(body, email)).toBe(false)
})
