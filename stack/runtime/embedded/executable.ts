// Looks for a program the person already has: an explicit path, or the right version on PATH.
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { MachineError } from '../../../core/errors.ts'
import { runTool } from './tool.ts'

/** A component that can be run. */
export interface Executable {
  readonly path: string
  readonly version: string
  readonly source: string
  /** Whether it lies in the cache, where it can be checked and made again. */
  readonly cached: boolean
}

/** The program that an environment variable names. @throws UserError when the variable names nothing that runs */
export async function fromVariable(variable: string, version: string): Promise<Executable | undefined> {
  const path = process.env[variable]
  if (path === undefined || path === '') return undefined
  await access(path, constants.R_OK).catch(() => {
    throw new MachineError(`${variable}=${path}: there is no such file; correct the variable or unset it`)
  })
  return { path, version, source: `path ${path}`, cached: false }
}

/** The first program of one of these names on PATH whose `--version` shows the wanted version. */
export async function fromPath(
  names: readonly string[],
  args: readonly string[],
  version: string,
): Promise<Executable | undefined> {
  for (const name of names) {
    for (const directory of (process.env.PATH ?? '')
      .split(delimiter)
      .filter((entry) => entry !== '' && !entry.includes('node_modules'))) {
      const path = join(directory, name)
      if (
        !(await access(path, constants.X_OK)
          .then(() => true)
          .catch(() => false))
      )
        continue
      const shown = await runTool({ command: path, args, cwd: '/' }).catch(() => '')
      if (shown.includes(version)) return { path, version, source: `PATH ${path}`, cached: false }
    }
  }
  return undefined
}
