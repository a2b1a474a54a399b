// A disk so small that it is soon full, for one process: a file system in memory, in a mount namespace of its own, without root.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount'] as const
const MOUNT = 'bytes=$1; shift; mkdir -p "$0" && mount -t tmpfs -o "size=$bytes" none "$0" && exec "$@"'

/** Whether this system gives a process a file system of its own. */
export async function hasSmallDisks(): Promise<boolean> {
  const [program, ...flags] = NAMESPACE
  return run(program, [...flags, 'sh', '-c', MOUNT, '/mnt', '65536', 'true']).then(
    () => true,
    () => false,
  )
}

/** The words to put before a command, for which the directory is on a disk of so many bytes, empty at each start. */
export function onSmallDisk(directory: string, bytes: number): readonly string[] {
  return [...NAMESPACE, 'sh', '-c', MOUNT, directory, String(bytes)]
}
