import { expect, test } from 'vitest'
import { checkPlatform, platformFacts } from './platform.ts'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'

const ubuntu = (version: string) => ({
  '/etc/os-release': `PRETTY_NAME="Ubuntu ${version} LTS"\nID=ubuntu\nVERSION_ID="${version}"\n`,
})
const wsl1 = { '/proc/version': 'Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)', ...ubuntu('22.04') }
const wsl2 = { '/proc/version': 'Linux version 6.6.87.2-microsoft-standard-WSL2', ...ubuntu('24.04') }
const mac = { platform: 'darwin', kernel: '25.1.0', commands: { 'sw_vers -productVersion': '26.1\n' } }

test.each<[string, MadeSystem, 'ok' | 'warn' | 'bad', RegExp]>([
  ['macOS on Intel', { ...mac, arch: 'x64' }, 'ok', /^macOS 26\.1 on Intel$/],
  ['macOS on Apple Silicon', { ...mac, arch: 'arm64' }, 'ok', /^macOS 26\.1 on Apple Silicon$/],
  [
    'macOS Big Sur',
    { ...mac, commands: { 'sw_vers -productVersion': '11.7.10\n' } },
    'warn',
    /11\.7\.10: older than macOS 12/,
  ],
  [
    'macOS Monterey',
    { ...mac, arch: 'x64', commands: { 'sw_vers -productVersion': '12.7.6\n' } },
    'ok',
    /^macOS 12\.7\.6 on/,
  ],
  ['a Docker container', { files: { ...ubuntu('24.04'), '/.dockerenv': '' } }, 'ok', /, in a Docker container$/],
  [
    'a Podman container',
    { files: { ...ubuntu('24.04'), '/run/.containerenv': 'engine="podman-4.3.1"\n' } },
    'ok',
    /, in a Podman container$/,
  ],
  [
    'a runner of GitHub',
    { files: ubuntu('24.04'), env: { CI: 'true', GITHUB_ACTIONS: 'true' } },
    'ok',
    /, in GitHub Actions$/,
  ],
  ['another CI system', { ...mac, arch: 'arm64', env: { CI: '1' } }, 'ok', /Silicon, in a CI system$/],
  ['CI switched off', { files: ubuntu('24.04'), env: { CI: 'false' } }, 'ok', /generic$/],
  [
    'a Node under Rosetta',
    { ...mac, commands: { 'sysctl -n sysctl.proc_translated': '1\n' } },
    'warn',
    /macOS on Apple Silicon, but .* Rosetta/,
  ],
  ['Ubuntu 22.04', { files: ubuntu('22.04') }, 'ok', /^Ubuntu 22\.04 LTS on x64/],
  ['Ubuntu 20.04', { files: ubuntu('20.04') }, 'warn', /older than Ubuntu 22\.04/],
  ['a Linux that does not say its name', {}, 'ok', /^Linux on x64/],
  ['Alpine', { files: { '/etc/os-release': 'ID=alpine\nPRETTY_NAME="Alpine Linux"' } }, 'warn', /without glibc/],
  ['WSL 1', { files: wsl1 }, 'ok', /WSL 1$/],
  ['WSL 2', { files: wsl2 }, 'ok', /WSL 2$/],
  ['Windows', { platform: 'win32' }, 'bad', /Windows itself/],
  ['FreeBSD', { platform: 'freebsd' }, 'bad', /freebsd is not supported/],
  ['a 32-bit processor', { arch: 'ia32' }, 'bad', /ia32/],
])('%s is judged', async (_name, made, verdict, message) => {
  const finding = await checkPlatform(fakeSystem(made))
  expect(finding).toMatchObject({ check: 'platform', verdict })
  expect(finding.message).toMatch(message)
  expect(finding.advice !== '').toBe(verdict !== 'ok')
})

test('the facts for the report tell WSL from Linux', async () => {
  expect((await platformFacts(fakeSystem())).wsl).toBe(null)
  expect((await platformFacts(fakeSystem({ files: wsl1 }))).wsl).toBe(1)
  expect(await platformFacts(fakeSystem({ files: wsl2 }))).toEqual({
    os: 'linux',
    arch: 'x64',
    kernel: '6.8.0-45-generic',
    wsl: 2,
    cpus: 8,
    memoryBytes: 16 * 1024 ** 3,
    node: '26.10.0',
  })
})
