// The schema's files, in the order in which they are applied; the number of the last is the schema's version.
import { readdir } from 'node:fs/promises'

export interface SchemaFile {
  readonly version: number
  /** `001-database.sql` */
  readonly name: string
}

/** Empty where there are none. */
export async function schemaFiles(directory: string): Promise<SchemaFile[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.sql')).sort()
  return names.map((name) => ({ version: Number.parseInt(name, 10), name }))
}
