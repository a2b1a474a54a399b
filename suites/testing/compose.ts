// stack/compose.yaml as it is written, without its variables filled in, for the tests of what R1 and R2 ask of the file itself.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { projectRoot } from '../../core/paths.ts'

const resources = z.object({ cpus: z.string(), memory: z.string() })
const serviceSchema = z.looseObject({
  image: z.string(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  profiles: z.array(z.string()).default([]),
  restart: z.string().optional(),
  healthcheck: z
    .object({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() })
    .partial({ interval: true, timeout: true, retries: true })
    .loose()
    .optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string(), required: z.boolean().optional() })).default({}),
  deploy: z.object({ resources: z.object({ limits: resources, reservations: resources.optional() }) }).optional(),
})

export const file = join(projectRoot, 'stack/compose.yaml')
export const text = await readFile(file, 'utf8')
export const compose = z
  .looseObject({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) })
  .parse(parseDocument(text, { merge: true }).toJS())
export const services = Object.entries(compose.services)
/** A value for each variable that has no default. */
export const secrets = {
  CLICKHOUSE_ADMIN_PASSWORD: 'a',
  CLICKHOUSE_INGEST_PASSWORD: 'b',
  CLICKHOUSE_ANALYST_PASSWORD: 'c',
  TELEMETRY_HASH_SALT: 'd',
}

export function service(name: string): z.infer<typeof serviceSchema> {
  const found = compose.services[name]
  if (!found) throw new Error(`no service ${name}`)
  return found
}
