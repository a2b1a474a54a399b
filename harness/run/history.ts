// A run's history: the evidence of each scenario as one compressed file, enough to judge it again offline.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import type { Evidence, HistoryPage } from '../judge/model/evidence.ts'
import { measurementSchema } from '../judge/model/measurement.ts'

const zip = promisify(gzip)
const unzip = promisify(gunzip)
/** Format 1 had no measurements: its figures stand in the names of its facts. */
const FORMAT = 2

const parts = {
  rules: z.looseObject({}),
  drain: z.looseObject({}),
  ...Object.fromEntries(
    ['sent', 'offered', 'events', 'records', 'points', 'leaks', 'comparisons'].map((part) => [
      part,
      z.array(z.unknown()),
    ]),
  ),
}

// The shape of evidence is this project's own; what is checked is that a version which is known wrote it.
const pageSchema = z.discriminatedUnion('format', [
  z.object({ format: z.literal(1), id: z.string(), evidence: evidenceWith({}) }),
  z.object({
    format: z.literal(FORMAT),
    id: z.string(),
    evidence: evidenceWith({ measurements: z.array(measurementSchema) }),
  }),
])

/** @param further parts that a format has beyond those of all */
function evidenceWith(further: z.ZodRawShape) {
  const schema = z.object({ ...parts, ...further })
  return z.custom<Evidence>((value) => schema.safeParse(value).success, 'no evidence of this version')
}

/** Writes one scenario's evidence below `<run>/history`. */
export async function writeHistory(runDirectory: string, page: HistoryPage): Promise<void> {
  const directory = join(runDirectory, 'history')
  await mkdir(directory, { recursive: true })
  const text = JSON.stringify({ format: FORMAT, ...page })
  await writeFile(join(directory, `${page.id.replaceAll('/', '.')}.json.gz`), await zip(text, { level: 1 }))
}

/** All scenarios' evidence of a run. @throws UserError (exit code 2) when there is none, or a file is damaged */
export async function readHistory(runDirectory: string): Promise<HistoryPage[]> {
  const directory = join(runDirectory, 'history')
  const files = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json.gz')).sort()
  if (files.length === 0)
    throw new UserError(
      `${runDirectory} holds no history (expected ${directory}/*.json.gz); give the directory of a run`,
      ExitCode.unknown,
    )
  const pages: HistoryPage[] = []
  for (const name of files) {
    try {
      const text = (await unzip(await readFile(join(directory, name)))).toString('utf8')
      pages.push(pageSchema.parse(JSON.parse(text)))
    } catch (error) {
      const cause = error instanceof z.ZodError ? (error.issues[0]?.message ?? '') : messageOf(error)
      throw new UserError(
        `${join(directory, name)} is damaged or of another version: ${cause.split('\n')[0]}`,
        ExitCode.unknown,
      )
    }
  }
  return pages
}
