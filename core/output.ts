// What this process writes for its reader: whole before it ends, and an end at once when nobody reads any more.
import { stop } from './cleanup.ts'
import { ExitCode } from './errors.ts'

/**
 * From here on a reader that is gone (`| head -3`, a closed terminal) ends this process as a signal would: the work stops, is cleaned up, and
 * the exit code is 141. Without it the error is thrown, telling of it fails again, and so on for ever.
 */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const gone = error.code === 'EPIPE' || error.code === 'EIO'
      if (gone) stop('nobody reads its output any more', ExitCode.unread, { told: false })
      else stop(`its output cannot be written: ${error.message}`, ExitCode.unknown)
    })
  }
}

/** Resolves when all that was written has reached the reader, however slow it is; ending the process earlier would cut it off. */
export async function outputWritten(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))),
  )
}
