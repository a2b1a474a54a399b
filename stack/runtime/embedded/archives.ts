// Components from release archives, for machines without Go: which file, when, and how it becomes a program.
import { chmod, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { cacheDirectory } from '../../../core/paths.ts'
import { readYamlFile } from '../../../core/yaml-file.ts'
import { type Cached, fromCache } from './cache.ts'
import { download } from './download.ts'
import { minimumGo } from './go.ts'
import { checkedAddress } from './http-file.ts'
import { runTool } from './tool.ts'

const pinSchema = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().positive() })
const archiveSchema = z.strictObject({
  version: z.string(),
  base: z.string(),
  checksums: z.string(),
  /** The program's name in a tar; a file without one is the program itself. */
  member: z.string().optional(),
  platforms: z.record(z.string(), z.strictObject({ file: z.string(), pin: pinSchema.nullable() })),
})
const archivesSchema = z.strictObject({ otelcol: archiveSchema, toxiproxy: archiveSchema })
export type Archives = z.infer<typeof archivesSchema>
export type ArchiveName = keyof Archives

export const archivesFile = join(import.meta.dirname, 'archives.yaml')

/** The table of pins. */
export function readArchives(file = archivesFile): Promise<Archives> {
  return readYamlFile(file, 'stack/runtime/embedded/archives.yaml', archivesSchema)
}

/** Where a component's files are: its release, or the mirror that `TELEMETRY_PROOF_ARCHIVES_URL` names. */
export function baseOf(archive: { readonly base: string }): string {
  const mirror = process.env.TELEMETRY_PROOF_ARCHIVES_URL
  if (mirror === undefined || mirror === '') return archive.base
  const { href } = checkedAddress(mirror, 'TELEMETRY_PROOF_ARCHIVES_URL')
  return href.endsWith('/') ? href : `${href}/`
}

/** What TELEMETRY_PROOF_ARCHIVES may be; nothing is `auto`. */
export const ARCHIVE_WISHES: readonly string[] = ['', 'auto', 'always']

/** Whether archives are asked for even where Go is there. @throws MachineError for a value nobody knows */
export function archivesFirst(): boolean {
  const value = process.env.TELEMETRY_PROOF_ARCHIVES ?? ''
  if (!ARCHIVE_WISHES.includes(value))
    throw new MachineError(`TELEMETRY_PROOF_ARCHIVES=${value} is unknown: auto (only where Go is missing) or always`)
  return value === 'always'
}

const VARIABLES = { otelcol: 'TELEMETRY_PROOF_OTELCOL', toxiproxy: 'TELEMETRY_PROOF_TOXIPROXY' } as const

function waysFor(name: ArchiveName): string {
  const go = archivesFirst()
    ? 'unset TELEMETRY_PROOF_ARCHIVES'
    : `install Go ${minimumGo.join('.')} or newer (https://go.dev/dl)`
  return `${go}, set ${VARIABLES[name]} to a binary you have, or use --runtime docker`
}

/** What is downloaded for a platform. @throws MachineError when it has no row, or no pin */
export function pinnedArchive(archives: Archives, name: ArchiveName, platform: string) {
  const row = archives[name].platforms[platform]
  const why = archivesFirst() ? '' : 'Go is missing, and '
  if (!row) throw new MachineError(`${why}there is no release archive of ${name} for ${platform}: ${waysFor(name)}`)
  if (row.pin) return { file: row.file, pin: row.pin }
  throw new MachineError(`${why}the release archive of ${name} is not pinned yet for ${platform}: ${waysFor(name)}`)
}

/** The program of a release archive, from the cache or downloaded into it. */
export async function fromArchive(
  name: ArchiveName,
  progress: (message: string) => void,
  archives?: Archives,
): Promise<Cached> {
  const table = archives ?? (await readArchives())
  const { file, pin } = pinnedArchive(table, name, `${process.platform}-${process.arch}`)
  const address = `${baseOf(table[name])}${file}`
  return fromCache({
    name,
    content: `archive ${file} ${pin.sha256}`,
    file: name,
    neededBytes: pin.bytes * 6,
    progress,
    make: async (directory) => {
      // Beside the work directory, which is emptied at every start; one file a checksum, so that a new pin begins anew.
      const whole = join(cacheDirectory(), 'downloads', pin.sha256)
      await download({ ...pin, address, file: whole, progress }).catch((error: unknown) => {
        if (!(error instanceof MachineError)) throw error
        throw new MachineError(
          `${error.message}; try again, set TELEMETRY_PROOF_ARCHIVES_URL to a mirror, or ${waysFor(name)}`,
        )
      })
      await unpack(whole, table[name].member, directory, name).finally(() => rm(whole, { force: true }))
      await chmod(join(directory, name), 0o755)
    },
  })
}

async function unpack(whole: string, member: string | undefined, directory: string, name: string): Promise<void> {
  if (member === undefined) return rename(whole, join(directory, name))
  await runTool({ command: 'tar', args: ['-xzf', whole, '-C', directory, member], cwd: directory }).catch(
    (error: unknown) => {
      throw new MachineError(`the archive of ${name} cannot be unpacked: ${messageOf(error)}`)
    },
  )
  await rename(join(directory, member), join(directory, name))
}
