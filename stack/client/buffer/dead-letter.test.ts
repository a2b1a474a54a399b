// Dead letters are durable when they are said to be: the bytes, and the name of a file that is new.
import { expect, test } from 'vitest'
import { useBufferDirectory } from '../testing/buffer-directory.ts'
import { DeadLetters } from './dead-letter.ts'
import { BufferDirectory } from './directory.ts'
import { type Disk, realDisk } from './disk.ts'
import { newOwner } from './file-names.ts'

const { at, files, linesOf } = useBufferDirectory()

/** The real disk, which notes what it has done, and takes its time to sync a directory. */
function noting(done: string[]): Disk {
  return {
    ...realDisk,
    create: async (path) => {
      const file = await realDisk.create(path)
      return {
        path,
        append: async (parts) => {
          await file.append(parts)
          done.push('append')
        },
        sync: async () => {
          await file.sync()
          done.push('sync')
        },
        truncate: (size) => file.truncate(size),
        named: () => file.named(),
        close: () => file.close(),
      }
    },
    syncDirectory: async (path) => {
      await realDisk.syncDirectory(path)
      done.push('names')
    },
  }
}

test('when it resolves, the bytes of the request and of the reason are synced, and the names of new files', async () => {
  const done: string[] = []
  const disk = noting(done)
  const letters = new DeadLetters(disk, new BufferDirectory(at(), disk, newOwner()))
  const refusal = { code: 'HTTP 400', message: 'no' }
  await letters.refused(Buffer.from('{"n":1}'), 1, refusal)
  expect(done).toEqual(['append', 'sync', 'names', 'append', 'sync', 'names'])
  await letters.refused(Buffer.from('{"n":2}\n'), 1, refusal)
  expect(done.slice(6)).toEqual(['append', 'sync', 'append', 'sync'])
  await letters.close()
  expect(await linesOf('refused')).toEqual(['{"n":1}', '{"n":2}'])
  expect((await linesOf('reasons')).map((line) => JSON.parse(line))).toMatchObject([refusal, refusal])
  expect(await files('damaged')).toEqual([])
})
