import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CacheOrder, discardIfDamaged, fromCache } from './cache.ts'

let directory = ''
let makes = 0
let said: string[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-cache-'))
  vi.stubEnv('TELEMETRY_PROOF_CACHE', join(directory, 'cache'))
  makes = 0
  said = []
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true, force: true })
})

function order(change: Partial<CacheOrder> = {}): CacheOrder {
  return {
    name: 'tool',
    content: 'version 1',
    file: 'program',
    neededBytes: 1,
    make: async (place) => {
      makes += 1
      await writeFile(join(place, 'program'), 'content')
    },
    progress: (line) => said.push(line),
    ...change,
  }
}

describe('the cache', () => {
  test('makes a component once, and gives the same file from then on', async () => {
    const first = await fromCache(order())
    expect(first.made).toBe(true)
    expect(await readFile(first.path, 'utf8')).toBe('content')
    expect(await fromCache(order())).toEqual({ path: first.path, made: false })
    expect([makes, said]).toEqual([1, []])
  })

  test('makes another one when anything that decides the content is another, and keeps both', async () => {
    const first = await fromCache(order())
    const second = await fromCache(order({ content: 'version 2' }))
    expect(second.path).not.toBe(first.path)
    expect((await fromCache(order())).made).toBe(false)
    expect(makes).toBe(2)
  })

  test('makes a component once when two ask for it at the same time in one process', async () => {
    const both = await Promise.all([fromCache(order()), fromCache(order())])
    expect(both.map(({ made }) => made).sort()).toEqual([false, true])
    expect(makes).toBe(1)
  })

  test('makes two versions at the same time without one waiting for, or unlocking, the other', async () => {
    const { promise: bothMaking, resolve } = Promise.withResolvers<void>()
    const make: CacheOrder['make'] = async (place) => {
      makes += 1
      if (makes === 2) resolve()
      await bothMaking
      await writeFile(join(place, 'program'), 'content')
    }
    const both = await Promise.all([fromCache(order({ make })), fromCache(order({ make, content: 'version 2' }))])
    expect(both.map(({ made }) => made)).toEqual([true, true])
  })

  test('makes a component once when two processes ask for it at the same time', async () => {
    const script = `
      import { appendFile, writeFile } from 'node:fs/promises'
      const { fromCache } = await import(${JSON.stringify(join(import.meta.dirname, 'cache.ts'))})
      const { path, made } = await fromCache({ name: 'tool', content: 'x', file: 'program', neededBytes: 1, progress() {},
        make: async (place) => {
          await appendFile(${JSON.stringify(join(directory, 'makes'))}, 'made ')
          await writeFile(place + '/program', 'content')
        } })
      console.log(JSON.stringify({ path, made }))`
    const outputs = await Promise.all(
      [1, 2].map(() =>
        textOf(
          spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
            .stdout,
        ),
      ),
    )
    const results = outputs.map((line): unknown => JSON.parse(line))
    const path = expect.stringContaining(join(directory, 'cache/tool'))
    expect(results).toContainEqual({ path, made: true })
    expect(results).toContainEqual({ path, made: false })
    expect(await readFile(join(directory, 'makes'), 'utf8')).toBe('made ')
  })
})

describe('an interruption', () => {
  test('of a make leaves nothing that looks ready', async () => {
    const failing = order({
      make: async (place) => {
        await writeFile(join(place, 'program'), 'half')
        throw new Error('the network is gone')
      },
    })
    await expect(fromCache(failing)).rejects.toThrow('the network is gone')
    expect(await readdir(join(directory, 'cache/tool'))).toEqual([])
    expect((await fromCache(order())).made).toBe(true)
  })

  test('by SIGKILL leaves a half-made directory and a lock that the next one puts aside', async () => {
    const { path } = await fromCache(order())
    const key = dirname(path)
    await rm(key, { recursive: true })
    await mkdir(`${key}.making`)
    await writeFile(join(`${key}.making`, 'program'), 'half')
    await writeFile(join(`${key}.making`, 'leftover'), '')
    await mkdir(`${key}.lock`)
    await utimes(`${key}.lock`, 0, 0)
    const again = await fromCache(order())
    expect([again.made, await readFile(again.path, 'utf8')]).toEqual([true, 'content'])
    expect((await readdir(key)).sort()).toEqual(['program', 'stamp.json'])
  })

  test('of a maker that leaves no file is an error, and nothing is kept', async () => {
    await expect(fromCache(order({ make: async () => {} }))).rejects.toThrow(/ENOENT/)
    expect(await readdir(join(directory, 'cache/tool'))).toEqual([])
  })
})

describe('a damaged component', () => {
  test.each<[string, (path: string) => Promise<void>]>([
    ['cut off', (path) => writeFile(path, 'cont')],
    ['gone', (path) => rm(path)],
    ['without its stamp', (path) => rm(join(path, '../stamp.json'))],
    ['with a stamp that is no JSON', (path) => writeFile(join(path, '../stamp.json'), '{')],
    ['with an empty stamp', (path) => writeFile(join(path, '../stamp.json'), '')],
  ])('that is %s is made again, which is said once', async (_, damage) => {
    const { path } = await fromCache(order())
    await damage(path)
    expect(await fromCache(order())).toEqual({ path, made: true })
    expect(await readFile(path, 'utf8')).toBe('content')
    expect(said).toEqual(['the cached tool is damaged and is made again'])
  })

  test('of the right size is found by its checksum and removed, so that the next start makes it again', async () => {
    const { path } = await fromCache(order())
    expect(await discardIfDamaged(path)).toBe(false)
    await writeFile(path, 'CONTENT')
    expect((await fromCache(order())).made).toBe(false)
    expect(await discardIfDamaged(path)).toBe(true)
    expect((await fromCache(order())).made).toBe(true)
  })

  test('that has no stamp is nobody to judge: a file outside the cache is never removed', async () => {
    const file = join(directory, 'own-binary')
    await writeFile(file, 'mine')
    expect(await discardIfDamaged(file)).toBe(false)
    expect(await readFile(file, 'utf8')).toBe('mine')
  })
})

describe('one clear line is said when', () => {
  test('there is not enough space, before anything is made', async () => {
    await expect(fromCache(order({ neededBytes: Number.MAX_SAFE_INTEGER }))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^no disk space to make tool: \d+ MiB free in \S+cache, \d+ MiB needed; free some, or set TELEMETRY_PROOF_CACHE/,
      ),
    })
    expect(makes).toBe(0)
    expect((await fromCache(order())).made).toBe(true)
  })

  test('the space runs out while it is made', async () => {
    for (const message of [
      'ENOSPC: no space left on device, write',
      'go build failed with code 1: x | write /y: no space left on device',
    ]) {
      const make = async () => {
        throw new Error(message)
      }
      await expect(fromCache(order({ make }))).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringMatching(/^no disk space left while making tool in \S+; free some/),
      })
    }
  })

  test('the directory cannot be made or written', async () => {
    await writeFile(join(directory, 'file'), '')
    vi.stubEnv('TELEMETRY_PROOF_CACHE', join(directory, 'file/cache'))
    const line = /^the cache \S+tool cannot be written: E[^\n]+; set TELEMETRY_PROOF_CACHE to another directory$/
    await expect(fromCache(order())).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(line) })
  })

  // Root may write everywhere, so a process without its rights has to try.
  test.runIf(process.getuid?.() === 0)('the directory is there and may not be written', async () => {
    await mkdir(join(directory, 'cache/tool'), { recursive: true, mode: 0o755 })
    await chmod(directory, 0o755)
    const script = `
      const { fromCache } = await import(${JSON.stringify(join(import.meta.dirname, 'cache.ts'))})
      // Loaded with root's rights: the checkout may lie where nobody else can read.
      process.setgid(65534); process.setuid(65534)
      await fromCache({ name: 'tool', content: 'x', file: 'program', neededBytes: 1, progress() {}, make: async () => {} })
        .catch((error) => console.log(error.name + ' ' + error.message))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, HOME: directory },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    expect(await textOf(child.stdout)).toMatch(/^UserError the cache \S+tool cannot be written: EACCES[^\n]+\n$/)
  })
})
