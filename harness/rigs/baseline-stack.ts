// The stack as people run it without this project: the collector's own defaults, and no relay at the client's end.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../core/errors.ts'

/** What is taken out of stack/collector/config.yaml, so that the exporter's defaults hold: a queue in memory, retries for five minutes. */
const REMOVED = [/\n {4}retry_on_failure:\n(?: {6}.*\n)+/, /\n {4}sending_queue:\n(?: {6}.*\n)+/] as const

/** A copy of the stack's directory with the collector's defaults. @throws UserError when the configuration does not look as it did */
export async function baselineDirectory(stackDirectory: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'telemetry-proof-stock-'))
  await cp(stackDirectory, path, { recursive: true })
  const file = join(path, 'collector/config.yaml')
  let text = await readFile(file, 'utf8')
  for (const block of REMOVED) {
    if (!block.test(text)) throw new UserError(`stack/collector/config.yaml has no block like ${block.source}`)
    text = text.replace(block, '\n')
  }
  await writeFile(file, text)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}
