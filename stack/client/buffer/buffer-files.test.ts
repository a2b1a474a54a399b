// What the buffer makes of the files that it finds: its own of an earlier run, those of others, damaged and foreign ones.
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { limit, useBufferDirectory } from '../testing/buffer-directory.ts'
import { logs } from '../testing/messages.ts'
import { accepted, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { BufferDirectory } from './directory.ts'
import { realDisk } from './disk.ts'
import { fileName, newOwner, nobody } from './file-names.ts'

const { said, at, open, files, linesOf } = useBufferDirectory()
const whole = (body: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"${body}"}}]}]}]}`

test('what is on disk at the end is delivered at the next start', async () => {
  {
    await using buffer = await open(new ScriptedTransport(() => down))
    await buffer.offer(logs('a'))
  }
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['a'])
  expect(said.slice(-2)).toEqual([
    `telemetry: events of an earlier run were found; buffering events in ${at()} until the backend accepts them`,
    'telemetry: recovered: 1 buffered event delivered',
  ])
})

test('two buffers share a directory, and each delivers its own', async () => {
  const transports = [new ScriptedTransport(() => down), new ScriptedTransport(() => down)] as const
  await using first = await open(transports[0])
  await using second = await open(transports[1])
  await Promise.all([first.offer(logs('a')), second.offer(logs('b'))])
  for (const transport of transports) transport.answer = () => accepted
  await Promise.all([first.drained(limit()), second.drained(limit())])
  expect([transports[0].taken, transports[1].taken]).toEqual([['a'], ['b']])
})

test('files left by several owners do not replace each other, though they are alike in age and number', async () => {
  for (const id of ['x', 'y']) {
    const left = new BufferDirectory(at(), realDisk, { ...newOwner(), id })
    const name = fileName({ kind: 'parked', createdMs: 1_700_000_000_000, sequence: 1, owner: left.owner })
    await writeFile(at(name), `${whole(id)}\n`)
    await left.release({ path: at(name), size: 0, events: 0, cursor: 0, open: false })
  }
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['x', 'y'])
})

test('files of earlier runs are delivered oldest first, in whatever order the disk lists them', async () => {
  for (const n of [1, 2, 3])
    await writeFile(at(`parked-170000000000${n}-000001-999999999-1-x.jsonl`), `${whole(String(n))}\n`)
  const backwards = {
    ...realDisk,
    list: async (path: string) => [...(await realDisk.list(path))].sort((a, b) => (a.name < b.name ? 1 : -1)),
  }
  const directory = new BufferDirectory(at(), backwards, newOwner())
  const adopted = await directory.adoptOrphans()
  expect(adopted.map(({ path }) => /parked-(\d+)/.exec(path)?.[1])).toEqual([
    '1700000000001',
    '1700000000002',
    '1700000000003',
  ])
})

test('a file that another process takes in the same moment is not adopted', async () => {
  await writeFile(at('parked-1700000000000-000001-999999999-1-x.jsonl'), `${whole('a')}\n`)
  const raced = { ...realDisk, rename: async () => Promise.reject(new Error('ENOENT: made up')) }
  expect(await new BufferDirectory(at(), raced, newOwner()).adoptOrphans()).toEqual([])
})

test.each([
  ['a torn last line', `${whole('a')}\n${whole('b').slice(0, 40)}`, ['a'], 1],
  ['a last line without its newline', `${whole('a')}\n${whole('b')}`, ['a', 'b'], 0],
  ['zeros in the middle', `${whole('a')}\n${'\0'.repeat(50)}\n${whole('c')}\n`, ['a', 'c'], 1],
  ['text that is no OTLP', `hello\n{"spans":[]}\n${whole('a')}\n`, ['a'], 2],
  ['blank lines', `\n\n${whole('a')}\n\n`, ['a'], 0],
  ['nothing', '', [], 0],
])('of a file with %s every whole line is delivered, and the rest is set aside', async (_, text, bodies, damaged) => {
  await writeFile(at('parked-1700000000000-000001-999999999-1-x.jsonl'), text)
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  await buffer.drained(limit())
  expect(transport.taken).toEqual(bodies)
  expect(buffer.status.damagedLines).toBe(damaged)
  expect(await linesOf('damaged')).toHaveLength(damaged)
  expect(await files('parked')).toEqual([])
})

test.each([
  ['a living process', () => newOwner(), false],
  ['a process that has ended', () => ({ ...newOwner(), pid: 999_999_999 }), true],
  ['an earlier process with the number of a living one', () => ({ ...newOwner(), mark: 'earlier' }), true],
  ['nobody', () => nobody, true],
])('a file of %s is taken over: only when its owner is gone', async (_, owner, taken) => {
  const name = fileName({ kind: 'parked', createdMs: 1_700_000_000_000, sequence: 1, owner: owner() })
  await writeFile(at(name), `${whole('a')}\n`)
  const transport = new ScriptedTransport()
  await using buffer = await open(transport)
  await buffer.drained(limit())
  expect(transport.taken).toEqual(taken ? ['a'] : [])
  expect(await files('parked')).toEqual(taken ? [] : [name])
})

test('files that are not the buffer’s are left alone', async () => {
  await writeFile(at('notes.jsonl'), 'mine')
  await mkdir(at('parked-1700000000000-000001-0-0-0.jsonl'))
  await using buffer = await open(new ScriptedTransport())
  await buffer.drained(limit())
  expect(await readFile(at('notes.jsonl'), 'utf8')).toBe('mine')
})

test('a directory of a newer version is refused and left alone', async () => {
  await writeFile(at('buffer.json'), '{"format":2}')
  await expect(open(new ScriptedTransport())).rejects.toThrow(/was written by a newer version \(format 2/)
  expect(await readdir(at())).toEqual(['buffer.json'])
})

test('a directory that cannot be used is said in one line', async () => {
  await writeFile(at('file'), '')
  await expect(open(new ScriptedTransport(), { directory: at('file') })).rejects.toThrow(
    /cannot be used: .*; make it writable/,
  )
})

test.skipIf(process.getuid?.() === 0)('a directory that cannot be written is said in one line', async () => {
  await chmod(at(), 0o500)
  await expect(open(new ScriptedTransport())).rejects.toThrow(/cannot be used: .*EACCES/)
})
