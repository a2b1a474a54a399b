// The stack as people run it without this project: the collector's own defaults, and no relay at the client's end.
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { UserError } from '../../core/errors.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../core/temporary-directory.ts'

const withExporters = z.looseObject({ exporters: z.record(z.string(), z.looseObject({})) })
/** What is taken out of every exporter, so that its defaults hold: a queue in memory, retries for five minutes. */
const REMOVED = ['retry_on_failure', 'sending_queue'] as const

/** A copy of the stack's directory with the collector's defaults. @throws UserError when the configuration does not look as it did */
export async function baselineDirectory(stackDirectory: string): Promise<TemporaryDirectory> {
  const directory = await temporaryDirectory('stock')
  const { path } = directory
  await cp(stackDirectory, path, { recursive: true })
  const file = join(path, 'collector/config.yaml')
  const config = withExporters.parse(parse(await readFile(file, 'utf8'), { merge: true }))
  for (const [name, exporter] of Object.entries(config.exporters)) {
    for (const block of REMOVED) {
      if (!(block in exporter)) throw new UserError(`stack/collector/config.yaml has no ${block} in ${name}`)
      delete exporter[block]
    }
  }
  await writeFile(file, stringify(config, { aliasDuplicateObjects: false }))
  return directory
}
