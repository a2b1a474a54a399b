// The cache of built and fetched components: keyed by content, shared by all checkouts, and safe against interruption.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import lockfile from 'proper-lockfile'
import { z } from 'zod'
import { makeDirectories } from '../../../core/directories.ts'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { cacheDirectory } from '../../../core/paths.ts'

const stampSchema = z.object({ file: z.string(), bytes: z.number(), sha256: z.string() })

export interface CacheOrder {
  /** The component's name: the first directory below the cache. */
  readonly name: string
  /** Everything that decides the content; its hash is the key. */
  readonly content: string
  /** The file that the maker must leave in its directory. */
  readonly file: string
  /** Free bytes that making it takes. */
  readonly neededBytes: number
  /** Makes the component in an empty directory. */
  readonly make: (directory: string) => Promise<void>
  readonly progress: (message: string) => void
}

export interface Cached {
  /** Absolute path of the file. */
  readonly path: string
  readonly made: boolean
}

/** The component from the cache, made first when it is missing or damaged. Two processes never make the same one at once. */
export async function fromCache(order: CacheOrder): Promise<Cached> {
  const directory = placeOf(order)
  const ready = await intact(directory, order, () => {})
  if (ready) return { path: ready, made: false }

  const parent = join(cacheDirectory(), order.name)
  // Checked before the lock, which would try for half an hour in a directory that cannot be written.
  await makeDirectories(parent)
    .then(() => access(parent, constants.W_OK))
    .catch((error: unknown) => {
      throw new MachineError(
        `the cache ${parent} cannot be written: ${messageOf(error)}; set TELEMETRY_PROOF_CACHE to another directory`,
      )
    })
  const release = await lockfile.lock(directory, {
    stale: 15_000,
    update: 3_000,
    realpath: false,
    // Another process may be building: that takes minutes, not hours.
    retries: { retries: 1800, minTimeout: 1000, maxTimeout: 1000, factor: 1 },
  })
  try {
    const meanwhile = await intact(directory, order, order.progress)
    if (meanwhile) return { path: meanwhile, made: false }
    await makeInto(directory, order)
    return { path: join(directory, order.file), made: true }
  } finally {
    await release()
  }
}

/** Whether it is there, and would not have to be made. */
export async function inCache(order: CacheOrder): Promise<boolean> {
  return (await intact(placeOf(order), order, () => {})) !== undefined
}

function placeOf(order: CacheOrder): string {
  return join(cacheDirectory(), order.name, createHash('sha256').update(order.content).digest('hex').slice(0, 16))
}

async function makeInto(directory: string, order: CacheOrder): Promise<void> {
  const { bavail, bsize } = await statfs(cacheDirectory())
  if (bavail * bsize < order.neededBytes) {
    throw new MachineError(
      `no disk space to make ${order.name}: ${mib(bavail * bsize)} MiB free in ${cacheDirectory()}, ${mib(order.neededBytes)} MiB needed; free some, or set TELEMETRY_PROOF_CACHE to another disk`,
    )
  }
  // Made beside its place and renamed when complete: an interrupted build leaves nothing that looks ready.
  const work = `${directory}.making`
  await rm(work, { recursive: true, force: true })
  await rm(directory, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  try {
    await order.make(work)
    const file = join(work, order.file)
    const { size } = await stat(file)
    await writeFile(
      join(work, 'stamp.json'),
      JSON.stringify({ file: order.file, bytes: size, sha256: await sha256Of(file) }),
    )
    await rename(work, directory)
  } catch (error) {
    await rm(work, { recursive: true, force: true })
    if (/ENOSPC|no space left on device/i.test(messageOf(error))) {
      throw new MachineError(
        `no disk space left while making ${order.name} in ${cacheDirectory()}; free some and run the command again`,
      )
    }
    throw error
  }
}

/** The file's path when its stamp and size agree. (Its hash is checked by `verifyCached`, when it fails to start.) */
async function intact(
  directory: string,
  order: CacheOrder,
  progress: CacheOrder['progress'],
): Promise<string | undefined> {
  const stamp = stampSchema.safeParse(
    await readFile(join(directory, 'stamp.json'), 'utf8')
      .then(JSON.parse)
      .catch(() => undefined),
  )
  const size = await stat(join(directory, order.file))
    .then((found) => found.size)
    .catch(() => undefined)
  if (size === undefined && !stamp.success) return undefined
  if (stamp.success && stamp.data.bytes === size) return join(directory, order.file)
  progress(`the cached ${order.name} is damaged and is made again`)
  return undefined
}

/** Checks a cached file against its stamp and removes it when it differs, so that the next start makes it again. */
export async function discardIfDamaged(path: string): Promise<boolean> {
  const directory = join(path, '..')
  const stamp = stampSchema.safeParse(
    await readFile(join(directory, 'stamp.json'), 'utf8')
      .then(JSON.parse)
      .catch(() => undefined),
  )
  if (!stamp.success || (await sha256Of(path)) === stamp.data.sha256) return false
  await rm(directory, { recursive: true, force: true })
  return true
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 ** 2)
}
