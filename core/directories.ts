// Making directories, also where the file system refuses in odd ways.
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it. Directory by directory: Node's recursive mkdir never ends where a file system answers
 * ENOENT for every new entry, as /proc does.
 * @throws the system's error where one cannot be made
 */
export async function makeDirectories(path: string, mode?: number): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) return
  if (dirname(path) !== path) await makeDirectories(dirname(path), mode)
  await mkdir(path, mode).catch((error: unknown) => {
    if (!isExisting(error)) throw error
  })
}

/** Whether it failed because something of that name is there. */
export function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
