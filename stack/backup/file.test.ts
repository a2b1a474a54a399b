// The file of a backup: what goes in comes out, and nothing that is not exactly that is taken for one.
import { hash } from 'node:crypto'
import { access, chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserError } from '../../core/errors.ts'
import { readBackup, tarIn, writeBackup } from './file.ts'

const about = { madeAt: '2026-11-27T03:00:00.000Z', schemaVersion: 10, salt: 'a5'.repeat(16), tables: ['log_records'] }
const CONTENT = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 256))
const HEAD_BYTES = 4096
let room: string
let file: string

beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-backup-'))
  file = join(room, 'a backup')
})
afterEach(() => rm(room, { recursive: true, force: true }))

const content = (bytes: Buffer, whole: Promise<void> = Promise.resolve()) => ({
  about,
  tar: Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]),
  whole,
})
const write = (bytes = CONTENT) => writeBackup(file, async () => content(bytes))
const refused = (what: string | RegExp) =>
  expect.objectContaining({
    name: 'UserError',
    exitCode: 2,
    message: typeof what === 'string' ? `${file} ${what}` : expect.stringMatching(what),
  })

test('what was written is read again, and only its owner can read it', async () => {
  expect(await write()).toEqual({ bytes: HEAD_BYTES + CONTENT.length })
  expect(await readBackup(file)).toEqual(about)
  expect((await buffer(tarIn(file))).equals(CONTENT)).toBe(true)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(file)).size).toBe(HEAD_BYTES + CONTENT.length)
  await expect(access(`${file}.part`)).rejects.toThrow()
})

test('what is cut off, longer, or changed in any one bit is refused', async () => {
  await write()
  const good = await readFile(file)
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.nat(good.length - 1).map((length) => good.subarray(0, length)),
        fc.uint8Array({ minLength: 1, maxLength: 50 }).map((more) => Buffer.concat([good, more])),
        fc.tuple(fc.oneof(fc.nat(600), fc.nat(good.length - 1)), fc.nat(7)).map(([at, bit]) => {
          const changed = Buffer.from(good)
          changed[at] = (changed[at] ?? 0) ^ (1 << bit)
          return changed
        }),
      ),
      async (bad) => {
        await writeFile(file, bad)
        const error = await readBackup(file).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        expect(error).toBeInstanceOf(UserError)
        expect(error).toEqual(refused(/^\S.* (?:is damaged|is not whole|is no backup|is of format)[^\n]*$/))
      },
    ),
    { numRuns: 200, seed: 1 },
  )
})

test('says what is wrong with it', async () => {
  await write()
  const good = await readFile(file)
  await writeFile(file, good.subarray(0, -5))
  await expect(readBackup(file)).rejects.toEqual(refused('is not whole: 5 bytes are missing at its end'))
  await writeFile(file, 'select 1')
  await expect(readBackup(file)).rejects.toEqual(refused('is no backup of this stack'))
  await writeFile(file, '')
  await expect(readBackup(file)).rejects.toEqual(refused('is no backup of this stack'))
  const text = good.toString('latin1', 0, good.indexOf('} ') + 1).replace('"formatVersion":1', '"formatVersion":2')
  await writeFile(file, Buffer.concat([Buffer.from(`${`${text} ${hash('sha256', text)}`.padEnd(4095)}\n`), CONTENT]))
  await expect(readBackup(file)).rejects.toEqual(refused(/is of format 2, and this version reads format 1/))
  await rm(file)
  await expect(readBackup(file)).rejects.toEqual(refused('cannot be read: there is no such file or directory'))
  await mkdir(file)
  await expect(readBackup(file)).rejects.toEqual(refused('cannot be read: it is a directory'))
})

test('a file that is there is left as it is, and so is one that is being written', async () => {
  await writeFile(file, 'mine')
  await expect(write()).rejects.toEqual(refused(/is there already/))
  expect(await readFile(file, 'utf8')).toBe('mine')
  await rm(file)
  await writeFile(`${file}.part`, 'mine')
  await expect(write()).rejects.toEqual(refused(/^\S.* cannot be written: .* is there, of a backup that is being made/))
  expect(await readFile(`${file}.part`, 'utf8')).toBe('mine')
})

test('nothing is asked for where it cannot be written, and nothing is left where what was asked for fails', async () => {
  let asked = 0
  const elsewhere = join(room, 'none', 'file')
  const ask = async () => {
    asked += 1
    return content(CONTENT)
  }
  await expect(writeBackup(elsewhere, ask)).rejects.toThrow(
    `${elsewhere} cannot be written: there is no such file or directory`,
  )
  expect(asked).toBe(0)
  await expect(writeBackup(file, () => Promise.reject(new UserError('ClickHouse is away')))).rejects.toThrow(
    'ClickHouse is away',
  )
  await expect(
    writeBackup(file, async () => content(CONTENT, Promise.reject(new UserError('tar ended with 2')))),
  ).rejects.toThrow('tar ended with 2')
  const broken = Readable.from(
    (function* () {
      yield CONTENT
      throw new Error('EIO')
    })(),
  )
  await expect(writeBackup(file, async () => ({ about, tar: broken, whole: Promise.resolve() }))).rejects.toEqual(
    refused('cannot be written: EIO'),
  )
  for (const name of [file, `${file}.part`]) await expect(access(name)).rejects.toThrow()
  await chmod(room, 0o700)
})
