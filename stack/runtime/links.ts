// The links on which toxiproxy stands, as stack/toxiproxy/proxies.json defines them, and whether all of them are there.
import { join } from 'node:path'
import { z } from 'zod'
import { readYamlFile } from '../../core/yaml-file.ts'

/** Where the collector finds ClickHouse in a stack with faults: the variable CLICKHOUSE_LINK of stack/compose.yaml. */
export const FAULTY_CLICKHOUSE_LINK = 'toxiproxy:9000'

const proxiesSchema = z.array(z.looseObject({ name: z.string(), listen: z.string(), upstream: z.string() }))

/** Toxiproxy answers also where it could not make its proxies: it only logs that. */
export async function linksStand(stackDirectory: string, toxiproxyApi: string): Promise<boolean> {
  const wanted = await readYamlFile(
    join(stackDirectory, 'toxiproxy/proxies.json'),
    'stack/toxiproxy/proxies.json',
    proxiesSchema,
  )
  const response = await fetch(`${toxiproxyApi}/proxies`, { signal: AbortSignal.timeout(2_000) })
  const made = z.record(z.string(), z.unknown()).parse(await response.json())
  const missing = wanted.filter(({ name }) => !(name in made)).map(({ name }) => name)
  if (missing.length > 0) throw new Error(`toxiproxy has not made its proxies ${missing.join(', ')}`)
  return true
}
