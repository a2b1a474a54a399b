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
  const [, unknown] = /references \w+ "([^"]+)"/.exec(failure) ?? []
  const searches = [
    // A name that stands for nothing is no key: it stands where it is used.
    ...(unknown === undefined ? [] : [new RegExp(`^[^#]*[[\\s,'"]${RegExp.escape(unknown)}(?=[\\],\\s'"]|$)`)]),
    ...keys.map((key) => new RegExp(`^\\s*['"]?${RegExp.escape(key)}['"]?:`)),
  ]
  for (const search of searches) {
    for (const [index, file] of FILES.entries()) {
      const at = (texts[index] ?? '').split('\n').findIndex((line) => search.test(line))
      if (at >= 0) return `stack/collector/${file}:${at + 1}: the collector does not accept this; ${failure}`
    }
  }
  return failure
}

/** The keys that a message names, most telling first: `processors::filter/exclude: …`, `unknown type: "x"`, `invalid keys: y`. */
function keysIn(failure: string): string[] {
  const paths = [...failure.matchAll(/(?:[\w/-]+::)+([\w/.-]+)/g)].map((match) => match[1] ?? '')
  const quoted = [...failure.matchAll(/(?:for id|type|configuration for|invalid keys):? "?([\w/.-]+)"?/g)].map(
    (match) => match[1] ?? '',
  )
  return [...quoted, ...paths].filter((key) => key.length > 2)
}
