// Finds the line of the collector's configuration that it complained about when it did not start.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILES = ['config.yaml', 'sanitization.yaml', 'config.prometheus.yaml']

/** The failure's text, led by `stack/collector/<file>:<line>:` when its key can be found. */
export async function explainCollectorFailure(failure: string, stackDirectory: string): Promise<string> {
  const keys = keysIn(failure)
  const texts = await Promise.all(
    FILES.map((file) => readFile(join(stackDirectory, 'collector', file), 'utf8').catch(() => '')),
  )
  for (const key of keys) {
    for (const [index, file] of FILES.entries()) {
      const lines = (texts[index] ?? '').split('\n')
      const at = lines.findIndex((line) =>
        new RegExp(`^\\s*['"]?${key.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}['"]?:`).test(line),
      )
      if (at >= 0) return `stack/collector/${file}:${at + 1}: the collector does not accept this; ${failure}`
    }
  }
  return failure
}

/** The keys that a message names, most telling first: `processors::filter/exclude: …`, `unknown type: "x"`, `invalid keys: y`. */
function keysIn(failure: string): string[] {
  const paths = [...failure.matchAll(/(?:[\w/-]+::)+([\w/.-]+)/g)].map((match) => match[1] ?? '')
  const quoted = [
    ...failure.matchAll(/(?:for id|type|configuration for|invalid keys|references \w+):? "?([\w/.-]+)"?/g),
  ].map((match) => match[1] ?? '')
  return [...quoted, ...paths].filter((key) => key.length > 2)
}
