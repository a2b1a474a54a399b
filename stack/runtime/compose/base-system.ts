// The base of the ClickHouse substitute: a small Debian made with debootstrap, or an image that the engine has.
import { join } from 'node:path'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { fromCache } from '../embedded/cache.ts'
import { runTool } from '../embedded/tool.ts'
import type { Progress } from '../runtime.ts'

const RELEASE = 'bookworm'
/** What the engine and the entrypoint need beyond a minimal system. */
const PACKAGES = ['libatomic1', 'libstdc++6', 'wget']

/** @returns the path of a tar of the base system. @throws MachineError when it cannot be made here */
export async function makeBaseSystem(progress: Progress): Promise<string> {
  const made = await fromCache({
    name: 'base-system',
    content: `${RELEASE} ${process.arch} ${PACKAGES.join(' ')}`,
    file: 'base.tar',
    neededBytes: 1024 ** 3,
    progress,
    make: async (directory) => {
      const ways = 'or name a Debian-like image that the engine has: npm run images -- --base IMAGE'
      if (process.platform !== 'linux' || process.getuid?.() !== 0)
        throw new MachineError(
          `the base system is made with debootstrap, by root on Linux; run this with sudo, ${ways}`,
        )
      await runTool({ command: 'debootstrap', args: ['--version'], cwd: directory }).catch(() => {
        throw new MachineError(`debootstrap is missing: apt-get install debootstrap, ${ways}`)
      })
      progress('base system: unpacking a minimal Debian')
      const root = join(directory, 'root')
      await runTool({
        command: 'debootstrap',
        args: ['--variant=minbase', `--include=${PACKAGES.join(',')}`, RELEASE, root, ...(await ownMirror(directory))],
        cwd: directory,
        onLine: (line) => progress(`base system: ${line.replace(/^I: /, '').slice(0, 80)}`),
      }).catch((error: unknown) => {
        throw new MachineError(`the base system cannot be made (${messageOf(error)}); check the network, ${ways}`)
      })
      // What the packages came in is of no use in an image.
      await runTool({
        command: 'tar',
        args: [
          '--exclude=./var/cache/apt/*',
          '--exclude=./var/lib/apt/lists/*',
          '--exclude=./usr/share/doc/*',
          '--exclude=./dev/*',
          '-C',
          root,
          '-cf',
          'base.tar',
          '.',
        ],
        cwd: directory,
      })
      await runTool({ command: 'rm', args: ['-rf', root], cwd: directory })
    },
  })
  return made.path
}

/** Where this machine gets its own packages of that release, if it has it; debootstrap knows a mirror otherwise. */
async function ownMirror(directory: string): Promise<string[]> {
  const filters = ['Created-By: Packages', `Codename: ${RELEASE}`, 'Component: main']
  const shown = await runTool({
    command: 'apt-get',
    args: ['indextargets', '--format', '$(REPO_URI)', ...filters],
    cwd: directory,
  }).catch(() => '')
  return shown
    .split('\n')
    .slice(0, 1)
    .filter((uri) => uri !== '')
}
