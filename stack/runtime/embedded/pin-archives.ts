// Fills the pins of the release archives from the checksums that the releases publish.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parseDocument } from 'yaml'
import { MachineError } from '../../../core/errors.ts'
import { archivesFile, baseOf, readArchives } from './archives.ts'
import { openFile } from './http-file.ts'

const IDLE_MS = 30_000

export interface Pinned {
  readonly component: string
  readonly platform: string
  readonly file: string
  readonly sha256: string
  readonly bytes: number
}

/** Pins all files of the table, or none. @throws MachineError when one cannot be reached, or has no checksum or size */
export async function pinArchives(progress: (message: string) => void, file = archivesFile): Promise<Pinned[]> {
  const archives = await readArchives(file)
  const pinned: Pinned[] = []
  for (const [component, archive] of Object.entries(archives)) {
    const base = baseOf(archive)
    progress(`${component}: ${archive.checksums}`)
    const sums = await published(`${base}${archive.checksums}`)
    for (const [platform, row] of Object.entries(archive.platforms)) {
      progress(`${component}: ${row.file}`)
      const sha256 = sums.get(row.file)
      if (sha256 === undefined)
        throw new MachineError(`${base}${archive.checksums} has no SHA-256 of ${row.file}; nothing was pinned`)
      pinned.push({ component, platform, file: row.file, sha256, bytes: await bytesOf(`${base}${row.file}`) })
    }
  }
  const document = parseDocument(await readFile(file, 'utf8'))
  for (const { component, platform, sha256, bytes } of pinned)
    document.setIn([component, 'platforms', platform, 'pin'], document.createNode({ sha256, bytes }, { flow: true }))
  await writeFile(`${file}.new`, document.toString({ lineWidth: 0 }))
  await rename(`${file}.new`, file)
  return pinned
}

async function published(address: string): Promise<Map<string, string>> {
  const opened = await openFile(address, 0, IDLE_MS)
  try {
    const lines = (await text(Readable.from(opened.body))).matchAll(/^([0-9a-f]{64})[ \t]+\*?(\S+)\r?$/gm)
    return new Map([...lines].map(([, sum = '', name = '']) => [name, sum]))
  } finally {
    opened.close()
  }
}

/** The checksums tell no sizes: the answer's head does, and its body is not read. */
async function bytesOf(address: string): Promise<number> {
  const opened = await openFile(address, 0, IDLE_MS)
  opened.close()
  const bytes = Number(opened.headers.get('content-length'))
  if (Number.isInteger(bytes) && bytes > 0) return bytes
  throw new MachineError(`${address} does not tell its size; nothing was pinned`)
}
