import { expect, test } from 'vitest'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'
import { checkWsl } from './wsl.ts'
import { wslVersion } from './wsl-version.ts'

const wsl2 = { kernel: '6.6.87.2-microsoft-standard-WSL2' }

test('says nothing outside WSL', async () => {
  expect(await checkWsl(fakeSystem())).toEqual([])
  expect(await checkWsl(fakeSystem({ platform: 'darwin' }))).toEqual([])
})

test('knows WSL 2 by its interpreter for Windows programs when its kernel has another name', async () => {
  const files = { '/proc/version': 'Linux version 6.1.0-mine', '/proc/sys/fs/binfmt_misc/WSLInterop': 'enabled\n' }
  expect(await wslVersion(fakeSystem({ files }))).toBe(2)
})

test.each<[string, MadeSystem, string, RegExp]>([
  ['WSL 1', { kernel: '4.4.0-22621-Microsoft' }, 'warn', /^WSL 1/],
  ['an old WSL 2 without wslinfo', wsl2, 'ok', /^WSL 2, networking mode not told$/],
  [
    'NAT',
    { ...wsl2, commands: { 'wslinfo --networking-mode': 'nat\n', 'wslinfo --version': '2.6.1\n' } },
    'ok',
    /^WSL 2 \(2\.6\.1\), networking mode nat$/,
  ],
  ['one with systemd', { ...wsl2, files: { '/proc/1/comm': 'systemd\n' } }, 'ok', /not told, with systemd$/],
  ['one without systemd', { ...wsl2, files: { '/proc/1/comm': 'init(Ubuntu)\n' } }, 'ok', /not told, without systemd$/],
  ['mirrored', { ...wsl2, commands: { 'wslinfo --networking-mode': 'mirrored' } }, 'warn', /mirrored networking can/],
  ['none', { ...wsl2, commands: { 'wslinfo --networking-mode': 'none' } }, 'warn', /nothing can be fetched/],
])('judges %s', async (_name, made, verdict, message) => {
  const [finding, ...more] = await checkWsl(fakeSystem(made))
  expect(more).toEqual([])
  expect(finding?.verdict).toBe(verdict)
  expect(finding?.message).toMatch(message)
})

test('mirrored networking comes with the way back and the issue', async () => {
  const [finding] = await checkWsl(fakeSystem({ ...wsl2, commands: { 'wslinfo --networking-mode': 'mirrored' } }))
  expect(finding?.advice).toMatch(/networkingMode=nat.*wsl --shutdown.*microsoft\/WSL #13868/)
})
