// The plain thresholds: Node, Go, memory, cores, disk, clock.
import { expect, test } from 'vitest'
import { readArchives } from '../runtime/embedded/archives.ts'
import { checkCores } from './cores.ts'
import { checkDisk } from './disk.ts'
import { checkGo } from './go-version.ts'
import { checkMemory } from './memory.ts'
import { checkNode } from './node-version.ts'
import { checkSystemClock } from './system-clock.ts'
import { fakeSystem } from './testing/fake-system.ts'

const GIB = 1024 ** 3

test.each([
  ['26.10.0', 'ok'],
  ['27.0.0', 'ok'],
  ['24.2.0', 'warn'],
  ['22.18.0', 'warn'],
])('Node %s: %s', async (node, verdict) => {
  expect((await checkNode(fakeSystem({ node }))).verdict).toBe(verdict)
})

test.each([
  ['go version go1.26.8 linux/amd64', 'ok', 'Go 1.26.8'],
  ['go version go1.27rc1 darwin/arm64', 'ok', 'Go 1.27rc1'],
  ['go version go2.0 linux/amd64', 'ok', 'Go 2.0'],
  ['go version go1.19.8 linux/amd64', 'warn', 'Go 1.19.8 is older than 1.26'],
])('%s: %s', async (shown, verdict, message) => {
  const finding = await checkGo(fakeSystem({ commands: { 'go version': shown } }))
  expect(finding).toMatchObject({ verdict, message })
  if (verdict !== 'ok') expect(finding.advice).toMatch(/only needed .* while nothing is cached/)
})

test.each([
  [null, 'warn', 'Go is not on PATH'],
  [{ sha256: 'a'.repeat(64), bytes: 1 }, 'ok', 'Go is not on PATH: release archives are taken'],
])('without Go, release archives pinned as %s: %s', async (pin, verdict, message) => {
  const { otelcol } = await readArchives()
  const archive = { ...otelcol, platforms: { 'linux-x64': { file: 'f', pin } } }
  const system = fakeSystem({ commands: {}, platform: 'linux', arch: 'x64' })
  const finding = await checkGo(system, { otelcol: archive, toxiproxy: archive })
  expect(finding).toMatchObject({ verdict, message })
  if (pin === null) expect(finding.advice).toMatch(/only needed .* \(release archives are not pinned for linux-x64\)$/)
})

test.each([
  [
    'always',
    null,
    'warn',
    'TELEMETRY_PROOF_ARCHIVES=always: release archives are taken, and they are not pinned for linux-x64',
  ],
  ['always', { sha256: 'a'.repeat(64), bytes: 1 }, 'ok', 'TELEMETRY_PROOF_ARCHIVES=always: release archives are taken'],
  ['auto', null, 'ok', 'Go 1.26.8'],
  ['yes', null, 'bad', 'TELEMETRY_PROOF_ARCHIVES=yes is unknown'],
])('with TELEMETRY_PROOF_ARCHIVES=%s, archives pinned as %j: %s', async (wish, pin, verdict, message) => {
  const { otelcol } = await readArchives()
  const archive = { ...otelcol, platforms: { 'linux-x64': { file: 'f', pin } } }
  const commands = { 'go version': 'go version go1.26.8 linux/amd64' }
  const system = fakeSystem({ commands, platform: 'linux', arch: 'x64', env: { TELEMETRY_PROOF_ARCHIVES: wish } })
  expect(await checkGo(system, { otelcol: archive, toxiproxy: archive })).toMatchObject({ verdict, message })
})

test.each([
  [16, 'ok'],
  [3.7, 'ok'],
  [3, 'warn'],
  [1, 'bad'],
])('%d GiB of memory: %s', async (gib, verdict) => {
  expect((await checkMemory(fakeSystem({ memoryBytes: gib * GIB }))).verdict).toBe(verdict)
})

test('inside WSL 2, missing memory is a matter of .wslconfig', async () => {
  const finding = await checkMemory(fakeSystem({ memoryBytes: GIB, kernel: '6.6.87.2-microsoft-standard-WSL2' }))
  expect(finding.advice).toContain('.wslconfig')
})

test('one core is a warning', () => {
  expect(checkCores(fakeSystem({ cpus: 2 })).verdict).toBe('ok')
  expect(checkCores(fakeSystem({ cpus: 1 })).verdict).toBe('warn')
})

test('disk is judged where the cache and where the data are', async () => {
  const freeBytes = async (directory: string) => (directory.includes('.cache') ? 2 * GIB : 5 * GIB)
  const findings = await checkDisk(fakeSystem({ freeBytes }))
  expect(findings.map(({ verdict }) => verdict)).toEqual(['bad', 'warn'])
  expect(findings[0]?.advice).toContain('TELEMETRY_PROOF_CACHE')
  expect(findings[1]?.advice).toContain('TELEMETRY_PROOF_DATA')
  expect((await checkDisk(fakeSystem())).map(({ verdict }) => verdict)).toEqual(['ok', 'ok'])
})

test('a place that cannot be written is bad, however much is free there', async () => {
  const system = fakeSystem({
    obstacle: async (directory) => (directory.includes('/share/') ? '/d is no directory' : undefined),
  })
  const findings = await checkDisk(system)
  expect(findings.map(({ verdict }) => verdict)).toEqual(['ok', 'bad'])
  expect(findings[1]?.message).toContain('/d is no directory')
  expect(findings[1]?.advice).toBe('set TELEMETRY_PROOF_DATA to a directory of yours')
})

test('a disk that cannot be asked is a warning, not full', async () => {
  expect((await checkDisk(fakeSystem({ freeBytes: async () => undefined })))[0]?.verdict).toBe('warn')
})

test('a clock before 2026 is bad', () => {
  expect(checkSystemClock(fakeSystem()).verdict).toBe('ok')
  expect(checkSystemClock(fakeSystem({ nowMs: () => 0 }))).toMatchObject({
    verdict: 'bad',
    message: expect.stringMatching(/1970/),
  })
})
