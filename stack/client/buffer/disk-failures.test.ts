// A disk that fails under an append: the request is refused, nothing of it stays in a file, and what was acknowledged is whole.
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limit, useBufferDirectory } from '../testing/buffer-directory.ts'
import { logs } from '../testing/messages.ts'
import { accepted, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { type BufferFile, type Disk, realDisk } from './disk.ts'

fc.configureGlobal({ seed: 1 })

const { at, open, files, linesOf } = useBufferDirectory()

/** Where the next append fails: after a share of its bytes, or when it is synced. */
type Failure = { readonly kind: 'append'; readonly share: number } | { readonly kind: 'sync' } | undefined

/** The real disk, on which a parked file fails as it is told. */
function failing(failure: () => Failure): Disk {
  const noSpace = () => Object.assign(new Error('ENOSPC: made up'), { code: 'ENOSPC' })
  return {
    ...realDisk,
    create: async (path) => {
      const file = await realDisk.create(path)
      if (!path.includes('parked-')) return file
      const wrapped: BufferFile = {
        path,
        append: async (parts) => {
          const now = failure()
          if (now?.kind !== 'append') return file.append(parts)
          const bytes = Buffer.concat(parts)
          await file.append([bytes.subarray(0, Math.floor(bytes.length * now.share))])
          throw noSpace()
        },
        sync: async () => {
          if (failure()?.kind === 'sync') throw noSpace()
          await file.sync()
        },
        truncate: (size) => file.truncate(size),
        named: () => file.named(),
        close: () => file.close(),
      }
      return wrapped
    },
  }
}

const bodies = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line).resourceLogs[0].scopeLogs[0].logRecords[0].body.stringValue)

test('whatever fails in between: the files hold what was acknowledged, and nothing else', async () => {
  const failure = fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    fc.record({ kind: fc.constant('append' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.constant({ kind: 'sync' as const }),
  )
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(failure, { minLength: 1, maxLength: 12 }), async (failures) => {
      round += 1
      let now: Failure
      const transport = new ScriptedTransport(() => down)
      const directory = at(`round ${round}`)
      await using buffer = await open(transport, { directory, disk: failing(() => now), retryBaseMs: 60_000 })
      const acknowledged: string[] = []
      for (const [index, next] of failures.entries()) {
        now = next
        const { kind } = await buffer.offer(logs(`${index}`))
        expect(kind).toBe(next === undefined ? 'parked' : 'refused')
        if (kind === 'parked') acknowledged.push(`${index}`)
      }
      const names = (await realDisk.list(directory))
        .map(({ name }) => name)
        .filter((name) => name.startsWith('parked-'))
      const texts = await Promise.all(names.sort().map((name) => readFile(`${directory}/${name}`, 'utf8')))
      const lines = texts
        .join('')
        .split('\n')
        .filter((line) => line !== '')
      expect(bodies(lines)).toEqual(acknowledged)
      expect(buffer.status.parked.bytes).toBe(Buffer.byteLength(texts.join('')))
      expect(buffer.status.refused).toBe(failures.length - acknowledged.length)
    }),
    { numRuns: 40 },
  )
})

test('after a failed write nothing more is appended to that file, and all that was acknowledged is delivered', async () => {
  let now: Failure
  const transport = new ScriptedTransport(() => down)
  await using buffer = await open(transport, { disk: failing(() => now) })
  await buffer.offer(logs('a'))
  now = { kind: 'append', share: 0.5 }
  expect(await buffer.offer(logs('b'))).toMatchObject({ kind: 'refused', permanent: false, code: 'RESOURCE_EXHAUSTED' })
  now = undefined
  await buffer.offer(logs('c'))
  expect(bodies(await linesOf('parked'))).toEqual(['a', 'c'])
  expect(await files('parked')).toHaveLength(2)
  transport.answer = () => accepted
  await buffer.drained(limit())
  expect(transport.taken).toEqual(['a', 'c'])
  expect(buffer.status.usedBytes).toBe(0)
})
