// The logs of the daily stack: how they are kept small while their writers hold them open.
import { copyFile, rename, stat, truncate } from 'node:fs/promises'

/** A log that has more is put aside; of those put aside two are kept. */
export const LOG_BYTES = 10 * 1024 ** 2
const KEPT = 2

/**
 * Puts aside what has grown too large, as `<file>.1`. The writers append and keep their file open, so its content is copied and the file
 * emptied; a line that is written in between is lost.
 */
export async function rotateLogs(files: readonly string[], maxBytes: number = LOG_BYTES): Promise<void> {
  for (const file of files) {
    const size = (await stat(file).catch(() => undefined))?.size ?? 0
    if (size <= maxBytes) continue
    for (let number = KEPT; number > 1; number -= 1)
      await rename(`${file}.${number - 1}`, `${file}.${number}`).catch(() => {})
    await copyFile(file, `${file}.1`)
    await truncate(file)
  }
}
