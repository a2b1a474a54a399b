// People by name: a local file that says who a user_id is, read when a query is shown and never stored.

import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { UserError } from '../../core/errors.ts'

/** From the beginning of a user_id, with or without `sha256:`, to a name. */
export type People = ReadonlyMap<string, string>

const schema = z.record(z.string().min(4, 'at least four characters of a user_id'), z.string().min(1))
const SHORT = 8

/** @throws UserError when the file cannot be read, or says something else */
export async function readPeople(file: string): Promise<People> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(
      `--people ${file}: cannot be read (${error instanceof Error ? error.message : String(error)})`,
      2,
    )
  })
  try {
    return new Map(Object.entries(schema.parse(parse(text))))
  } catch {
    throw new UserError(
      `--people ${file}: each line must be the beginning of a user_id (four characters or more), a colon and a name, as in \`"9b4fe5c1": Ada\``,
    )
  }
}

/** The name that the file gives, else the first letters of the hash. */
export function personOf(id: string, people: People): string {
  const hash = id.replace(/^sha256:/, '')
  for (const [start, name] of people) if (hash.startsWith(start.replace(/^sha256:/, ''))) return name
  return /^[0-9a-f]{32,}$/.test(hash) ? hash.slice(0, SHORT) : id
}
