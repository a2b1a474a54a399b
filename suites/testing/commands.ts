// The project's commands as a newcomer runs them: what they print, and the code that they end with.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectRoot } from '../../core/paths.ts'
import type { Newcomer } from './newcomer.ts'

const run = promisify(execFile)

export interface Shown {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** Never rejects: a code that is not 0 is a result too. */
export function runCommand({ environment }: Newcomer, name: string, ...words: string[]): Promise<Shown> {
  // The trace of a session under load has thousands of rows.
  const options = { env: environment, maxBuffer: 256 * 1024 ** 2 }
  return run(process.execPath, [join(projectRoot, `bin/${name}.ts`), ...words], options).then(
    (shown) => ({ ...shown, code: 0 }),
    (error: Shown) => error,
  )
}
