// Downloads against a server that cuts, cheats, says nothing and leads elsewhere.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { download } from './download.ts'
import { CONTENT, type FileServer, fileServer, pinOf, serving } from './testing/file-server.ts'

let directory = ''
let server: FileServer

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-archives-'))
  server = await fileServer()
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const get = (change: object = {}) =>
  download({
    ...pinOf(CONTENT),
    address: `${server.base}file`,
    file: join(directory, 'file'),
    progress: () => {},
    ...change,
  })
const files = async () => (await readdir(directory)).sort()

describe('a download', () => {
  test('is whole at once, and told while it comes', async () => {
    server.answer = serving(CONTENT)
    const said: string[] = []
    await get({ progress: (line: string) => said.push(line) })
    expect(await readFile(join(directory, 'file'))).toEqual(CONTENT)
    expect([await files(), said.at(-1)]).toEqual([['file'], 'file: 0.0 of 0.0 MiB'])
  })

  test('goes on where an earlier one was cut', async () => {
    await writeFile(join(directory, 'file.part'), CONTENT.subarray(0, 400))
    server.answer = serving(CONTENT)
    await get()
    expect(server.asked).toEqual(['/file bytes=400-'])
    expect(await readFile(join(directory, 'file'))).toEqual(CONTENT)
  })

  test('starts anew where the server knows no ranges', async () => {
    await writeFile(join(directory, 'file.part'), CONTENT.subarray(0, 400))
    server.answer = serving(CONTENT, { ranges: false })
    await get()
    expect(await readFile(join(directory, 'file'))).toEqual(CONTENT)
  })

  test('with a wrong checksum is removed, and both sums are told', async () => {
    const wrong = Buffer.from(CONTENT).fill(0, 500, 510)
    server.answer = serving(wrong)
    await expect(get()).rejects.toThrow(
      `${server.base}file has the SHA-256 ${pinOf(wrong).sha256}, pinned is ${pinOf(CONTENT).sha256}; it was removed`,
    )
    expect(await files()).toEqual([])
  })

  test('that is truncated, too long, or missing is one line', async () => {
    server.answer = serving(CONTENT.subarray(0, 300))
    await expect(get()).rejects.toThrow(/^\S+file ends after 300 of 1000 bytes \(the server has no more than 300\)$/)
    server.answer = serving(Buffer.concat([CONTENT, CONTENT]))
    await expect(get()).rejects.toThrow(/^\S+file has more than the pinned 1000 bytes; it was removed$/)
    server.answer = (_, response) => void response.writeHead(404).end()
    await expect(get()).rejects.toThrow(/^\S+file cannot be had: the server answers 404$/)
    expect(await files()).toEqual([])
  })

  test('needs no end of a server that has sent all, and leaves one that says nothing', async () => {
    server.answer = (_, response) => void response.writeHead(200).write(CONTENT)
    await get()
    expect(await files()).toEqual(['file'])
    await rm(join(directory, 'file'))
    server.answer = () => {}
    await expect(get({ idleMs: 50 })).rejects.toThrow(/^\S+file cannot be reached: nothing came for 0.05 s$/)
    server.answer = (_, response) => void response.writeHead(200).write(CONTENT.subarray(0, 300))
    await expect(get({ idleMs: 50 })).rejects.toThrow(/ends after 300 of 1000 bytes \(nothing came for 0.05 s\)$/)
  })

  test('follows a redirect on its host, and none to another', async () => {
    server.answer = (request, response) => {
      if (request.url === '/file') response.writeHead(302, { location: '/elsewhere' }).end()
      else response.end(CONTENT)
    }
    await get()
    expect(await files()).toEqual(['file'])
    server.answer = (_, response) => void response.writeHead(302, { location: 'https://evil.example/f?token=1' }).end()
    await expect(get()).rejects.toThrow(/^\S+file leads to another host, evil.example; not followed$/)
  })

  test('comes over https, or from loopback', async () => {
    await expect(get({ address: 'http://mirror.example/file' })).rejects.toThrow(
      /^\S+file is refused: files come over https only/,
    )
  })

  test('is told when the mirror is down', async () => {
    await expect(get({ address: 'http://127.0.0.1:1/file' })).rejects.toThrow(
      /^http:\/\/127.0.0.1:1\/file cannot be reached: /,
    )
  })

  test.each([true, false])('is whole, or not there, wherever it is cut (ranges: %s)', async (ranges) => {
    let whole = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 6 }), async (cuts) => {
        await rm(join(directory, 'file.part'), { force: true })
        server.answer = serving(CONTENT, { cuts, ranges })
        // Each call gives up at a turn without a byte more; every cut can end one call at most.
        for (let call = 0; call <= cuts.length; call += 1) {
          const ended = await get().then(
            () => true,
            () => false,
          )
          expect((await files()).includes('file')).toBe(ended)
          if (!ended) continue
          expect(await readFile(join(directory, 'file'))).toEqual(CONTENT)
          expect(await files()).toEqual(['file'])
          await rm(join(directory, 'file'))
          whole += 1
          return
        }
        expect.unreachable('it is not whole after the last cut')
      }),
      { seed: 17, numRuns: 40 },
    )
    expect(whole).toBe(40)
  })
})
