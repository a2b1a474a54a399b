// Release archives: what becomes of them, which way is taken, and how they are pinned.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { stackDirectory } from '../../../core/paths.ts'
import { readYamlFile } from '../../../core/yaml-file.ts'
import { type Archives, archivesFile, archivesFirst, fromArchive, pinnedArchive, readArchives } from './archives.ts'
import { requireWays, resolveCollector } from './components.ts'
import { pinArchives } from './pin-archives.ts'
import { CONTENT, type FileServer, fileServer, pinOf, serving } from './testing/file-server.ts'
import { TOXIPROXY_VERSION } from './versions.ts'

let directory = ''
let server: FileServer

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-archives-'))
  server = await fileServer()
  vi.stubEnv('TELEMETRY_PROOF_CACHE', join(directory, 'cache'))
  vi.stubEnv('TELEMETRY_PROOF_ARCHIVES_URL', server.base)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const files = async () => (await readdir(directory)).sort()
const here = `${process.platform}-${process.arch}`

/** A table whose collector is a tar with a shell script in it. */
async function fakeArchives(): Promise<{ archives: Archives; content: Buffer }> {
  await writeFile(join(directory, 'otelcol-contrib'), '#!/bin/sh\necho "a fake collector"\n')
  spawnSync('tar', ['-czf', 'fake.tar.gz', 'otelcol-contrib'], { cwd: directory })
  const content = await readFile(join(directory, 'fake.tar.gz'))
  const real = await readArchives()
  const platforms = { [here]: { file: 'fake.tar.gz', pin: pinOf(content) } }
  return { archives: { ...real, otelcol: { ...real.otelcol, platforms } }, content }
}

describe('a release archive', () => {
  test('becomes a program in the cache, once', async () => {
    const { archives, content } = await fakeArchives()
    server.answer = serving(content)
    const first = await fromArchive('otelcol', () => {}, archives)
    expect(spawnSync(first.path, { encoding: 'utf8' }).stdout).toBe('a fake collector\n')
    expect([first.made, await readdir(join(directory, 'cache/downloads'))]).toEqual([true, []])
    expect((await fromArchive('otelcol', () => {}, archives)).made).toBe(false)
    expect(server.asked).toEqual(['/fake.tar.gz'])
  })

  test('that is not what is pinned becomes nothing', async () => {
    const { archives, content } = await fakeArchives()
    server.answer = serving(Buffer.alloc(content.length))
    await expect(fromArchive('otelcol', () => {}, archives)).rejects.toThrow(
      /pinned is \w+; it was removed; try again, set TELEMETRY_PROOF_ARCHIVES_URL/,
    )
    expect(await readdir(join(directory, 'cache/otelcol'))).toEqual([])
  })

  test('without a pin, or without a row, says so, and what to do', async () => {
    const archives = await readArchives()
    const { file } = archives.otelcol.platforms['linux-x64'] ?? { file: '' }
    const unpinned = { ...archives, otelcol: { ...archives.otelcol, platforms: { 'linux-x64': { file, pin: null } } } }
    const ways = 'install Go 1.26 or newer (https://go.dev/dl), set TELEMETRY_PROOF_'
    expect(() => pinnedArchive(unpinned, 'otelcol', 'linux-x64')).toThrow(
      `the release archive of otelcol is not pinned yet for linux-x64: ${ways}`,
    )
    expect(() => pinnedArchive(archives, 'toxiproxy', 'aix-ppc64')).toThrow(
      `there is no release archive of toxiproxy for aix-ppc64: ${ways}`,
    )
  })

  test('is of the version that is built otherwise', async () => {
    const { otelcol, toxiproxy } = await readArchives()
    const schema = z.looseObject({ dist: z.looseObject({ version: z.string() }) })
    const { dist } = await readYamlFile(join(stackDirectory, 'collector/manifest.yaml'), 'manifest.yaml', schema)
    expect([otelcol.version, toxiproxy.version]).toEqual([dist.version, TOXIPROXY_VERSION])
    for (const { version, base: address, platforms } of [otelcol, toxiproxy]) {
      expect(address).toContain(`/v${version}/`)
      expect(Object.keys(platforms).sort()).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'])
    }
  })
})

describe('the way that is taken', () => {
  test('without Go, and without a pin or a platform, ends before anything is asked for or made', async () => {
    vi.stubEnv('PATH', directory)
    vi.spyOn(process, 'arch', 'get').mockReturnValue('ppc64')
    const line = new RegExp(
      `^Go is missing, and there is no release archive of otelcol for ${process.platform}-ppc64: install Go`,
    )
    await expect(requireWays({ stackDirectory })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(line),
    })
    await expect(resolveCollector(stackDirectory, () => {})).rejects.toThrow(line)
    vi.restoreAllMocks()
    expect([server.asked, await files()]).toEqual([[], []])
  })

  test('is told by a variable that knows two values', () => {
    vi.stubEnv('TELEMETRY_PROOF_ARCHIVES', 'always')
    expect(archivesFirst()).toBe(true)
    vi.stubEnv('TELEMETRY_PROOF_ARCHIVES', 'auto')
    expect(archivesFirst()).toBe(false)
    vi.stubEnv('TELEMETRY_PROOF_ARCHIVES', 'yes')
    expect(archivesFirst).toThrow(/^TELEMETRY_PROOF_ARCHIVES=yes is unknown: auto \(.*\) or always$/)
  })
})

describe('pinning', () => {
  test('fills all pins from published checksums, keeps the comments, and pins nothing where one is missing', async () => {
    const table = join(directory, 'archives.yaml')
    await writeFile(table, await readFile(archivesFile))
    const archives = await readArchives(table)
    const names = Object.values(archives).flatMap(({ platforms }) => Object.values(platforms).map(({ file }) => file))
    const { sha256 } = pinOf(CONTENT)
    const publish = (files: string[]) => {
      const list = files.map((file) => `${sha256}  ${file}\n`).join('')
      server.answer = (request, response) => void response.end(request.url?.endsWith('checksums.txt') ? list : CONTENT)
    }
    publish(names.slice(0, -1))
    await expect(pinArchives(() => {}, table)).rejects.toThrow(
      /has no SHA-256 of toxiproxy-server-darwin-arm64; nothing was pinned$/,
    )
    expect(await readFile(table)).toEqual(await readFile(archivesFile))
    publish(names)
    expect(await pinArchives(() => {}, table)).toHaveLength(8)
    const { toxiproxy } = await readArchives(table)
    expect(toxiproxy.platforms['darwin-arm64']?.pin).toEqual({ sha256, bytes: 1000 })
    expect((await readFile(table, 'utf8')).split('\n').slice(0, 3)).toEqual(
      (await readFile(archivesFile, 'utf8')).split('\n').slice(0, 3),
    )
  })
})
