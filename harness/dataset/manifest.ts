// The manifest of a dataset: what it was made from, its files with their checksums, and what every query answers over it.
// docs/contracts/dataset.md describes it; docs/contracts/dataset.schema.json is its JSON Schema, made from what stands here.
import { z } from 'zod'
import { compressions, formatNames } from './formats.ts'

export const MANIFEST = 'manifest.json'
export const MANIFEST_VERSION = 1

const count = z.number().int().nonnegative()
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
/** Below the directory, and nowhere else. */
const path = z.string().regex(/^[a-z]+\/[\w.-]+$/)

const file = z.strictObject({
  path,
  format: z.enum(formatNames),
  holds: z.enum(['requests', 'events', 'metrics']),
  compression: z.enum(compressions),
  rows: count,
  records: count,
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const cell = z.union([
  z.null(),
  z.string(),
  z.boolean(),
  z.number(),
  z.array(z.string()),
  z.strictObject({ integer: z.string().regex(/^-?\d+$/) }),
  z.strictObject({ usd: z.number() }),
  z.strictObject({ percent: z.number() }),
  z.strictObject({ timeNs: z.string().regex(/^\d+$/) }),
  z.strictObject({ lengthNs: z.string().regex(/^-?\d+$/) }),
])

const answers = z.strictObject({
  name: z.string(),
  /** What is given to every query; a query takes those that it has. */
  parameters: z.strictObject({
    from: instant,
    to: instant,
    tz: z.string(),
    user: z.string(),
    chapter: z.string(),
    branch: z.string(),
    top: count,
    days: count,
    limit: z.number(),
    session: z.string(),
  }),
  queries: z.record(z.string(), z.array(z.record(z.string(), cell))),
})

export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(MANIFEST_VERSION),
  made: z.strictObject({
    /** null: short sessions that have all there is. */
    preset: z.string().nullable(),
    seed: count,
    start: instant,
    shard: z.strictObject({ number: count, of: count }),
    /** null: as many as were played. */
    events: count.nullable(),
  }),
  counts: z.strictObject({ sessions: count, logRecords: count, dataPoints: count, excluded: count }),
  /** Of the earliest and the latest record; null where there is none. */
  first: instant.nullable(),
  last: instant.nullable(),
  files: z.array(file),
  /** Empty where they were not worked out. */
  answers: z.array(answers),
  withoutAnswers: z.string().optional(),
})

export type Manifest = z.infer<typeof manifestSchema>
export type FileEntry = z.infer<typeof file>
export type Answers = z.infer<typeof answers>
export type ManifestCell = z.infer<typeof cell>

/** The text of docs/contracts/dataset.schema.json (JSON Schema, draft 2020-12). */
export function publishedSchema(): string {
  return `${JSON.stringify({ title: `The manifest of a dataset, version ${MANIFEST_VERSION}`, ...z.toJSONSchema(manifestSchema) }, null, 2)}\n`
}
