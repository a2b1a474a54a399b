// A dataset as it is found on a disk: its manifest, and whether its files are those that the manifest tells of.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { property } from '../../core/property.ts'
import { type FileEntry, MANIFEST, MANIFEST_VERSION, type Manifest, manifestSchema } from './manifest.ts'

/** @throws UserError, in one line, when there is none or it cannot be read; exit code 2 */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, MANIFEST)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(String(property(error, 'code')))
    throw unusable(
      isMissing
        ? `${directory} has no ${MANIFEST}: it is no dataset, or not a whole one`
        : `${file}: ${messageOf(error)}`,
    )
  })
  const value = parsed(text, file)
  const version = property(value, 'schemaVersion')
  if (version !== MANIFEST_VERSION)
    throw unusable(
      `${file} is of schema version ${String(version)}; this version of the project reads ${MANIFEST_VERSION}`,
    )
  const { data, error } = manifestSchema.safeParse(value)
  if (data !== undefined) return data
  const [issue] = error.issues
  throw unusable(`${file} is no manifest: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as it must be'}`)
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unusable(`${file} is no JSON: ${messageOf(error)}`)
  }
}

/** Looks at all before any is loaded. @throws UserError naming the first file that is another; exit code 2 */
export async function checkFiles(
  directory: string,
  files: readonly FileEntry[],
  told: (path: string) => void,
): Promise<void> {
  for (const { path, bytes, sha256 } of files) {
    told(path)
    const file = join(directory, path)
    const { size } = await stat(file).catch((error: unknown) => {
      throw unusable(`${file} is in the manifest and cannot be read: ${messageOf(error)}`)
    })
    if (size !== bytes) throw unusable(`${file} has ${size} bytes, and ${bytes} in the manifest; nothing was loaded`)
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash).catch((error: unknown) => {
      throw unusable(`${file} cannot be read: ${messageOf(error)}`)
    })
    if (hash.digest('hex') !== sha256)
      throw unusable(`${file}: its checksum is not that of the manifest; nothing was loaded`)
  }
}

function unusable(message: string): UserError {
  return new UserError(message, ExitCode.unknown)
}
