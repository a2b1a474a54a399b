// The directory of a run: runs/<when>-<seed>/, and runs/latest beside it.
import { mkdirSync, rmdirSync } from 'node:fs'
import { rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { isoTime } from '../../core/clock.ts'
import { isExisting, makeDirectories } from '../../core/directories.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'

export interface RunDirectory {
  readonly runId: string
  readonly path: string
}

/** Makes a directory that no other run has. @throws UserError (exit code 2) when it cannot be written */
export async function makeRunDirectory(parent: string, startMs: number, seed: number): Promise<RunDirectory> {
  const name = `${isoTime(startMs).replace(/[-:]/g, '').replace(/\..*/, 'Z')}-${seed}`
  try {
    await makeDirectories(resolve(parent))
    for (let attempt = 1; ; attempt += 1) {
      const runId = attempt === 1 ? name : `${name}-${attempt}`
      try {
        makeForRun(join(parent, runId))
        return { runId, path: join(parent, runId) }
      } catch (error) {
        // Another run began in the same second with the same seed.
        if (!isExisting(error) || attempt > 99) throw error
      }
    }
  } catch (error) {
    throw new UserError(
      `the run directory below ${parent} cannot be written: ${messageOf(error)}; choose another with --out`,
      ExitCode.unknown,
    )
  }
}

/**
 * One that is stopped before anything happened leaves nothing; a directory that holds something stays. All at once: a signal may come in
 * between.
 */
function makeForRun(path: string): void {
  mkdirSync(path)
  const removeEmpty = () => {
    try {
      rmdirSync(path)
    } catch {
      // It holds something.
    }
  }
  atExit(removeEmpty)
  // A second signal cuts the cleaning up short.
  stopSignal.addEventListener('abort', removeEmpty, { once: true })
}

/** Points runs/latest at a run. */
export async function markLatest(run: RunDirectory): Promise<void> {
  const link = join(dirname(run.path), 'latest')
  await rm(link, { force: true, recursive: true })
  // Two runs may end at the same moment: the other's mark is as good.
  await symlink(basename(run.path), link).catch(() => {})
}
