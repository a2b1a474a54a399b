// Requests of children that will be killed: made anew from their names wherever they are needed, and told by their whole content.
import { forkSeed } from '../../core/random.ts'
import type { ExportRequest } from '../../stack/client/export-request.ts'
import { drawFrom } from './prng.ts'

/** How the first line of a child begins, and each that follows: what happened to the request of that name. */
export const told = { opening: 's', offered: 'o', acknowledged: 'a', taken: 't', refused: 'r' } as const

const TEXT = ['abc', ' ', 'é', '€', '😀', '"', '\\', '\n', '{}', ']}']

/** @param name `<child>-<number>` */
export function killRequest(seed: number, name: string): ExportRequest {
  const draw = drawFrom(forkSeed(seed, name))
  const length = draw(10) === 0 ? 200 + draw(2_000) : draw(60)
  const text = Array.from({ length }, () => TEXT[draw(TEXT.length)]).join('')
  const logRecords = [{ body: { stringValue: name } }, { body: { stringValue: text } }]
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
  return { signal: 'logs', encoding: 'json', body, events: logRecords.length }
}

/** One in twenty is refused for good. */
export function isPoison(seed: number, name: string): boolean {
  return forkSeed(seed, `${name}/poison`) % 20 === 0
}

/** The names of the requests in a body, and contents that are not what those names stand for. */
export function namesIn(seed: number, json: string): { readonly names: string[]; readonly strangers: string[] } {
  const names: string[] = []
  const strangers: string[] = []
  const { resourceLogs } = JSON.parse(json) as { readonly resourceLogs: readonly unknown[] }
  for (const content of resourceLogs) {
    const text = JSON.stringify({ resourceLogs: [content] })
    const name = /^\{"resourceLogs":\[\{"scopeLogs":\[\{"logRecords":\[\{"body":\{"stringValue":"([\w-]+)"/.exec(
      text,
    )?.[1]
    if (name !== undefined && killRequest(seed, name).body.toString() === text) names.push(name)
    else strangers.push(text)
  }
  return { names, strangers }
}
