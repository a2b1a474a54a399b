// Looks for texts in every file below a directory: as they are, and in the compressed blocks of ClickHouse.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { unpackedBlocks } from '../../harness/privacy/clickhouse-blocks.ts'

/** `file: text`, one for each text that a file holds. */
export async function findAtRest(directory: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    // A merge may have taken it away.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    const readable = [bytes, ...unpackedBlocks(bytes)]
    for (const text of texts)
      if (readable.some((each) => each.includes(text))) found.push(`${relative(directory, path)}: ${text}`)
  }
  return found
}
