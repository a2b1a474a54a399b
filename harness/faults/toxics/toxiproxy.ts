// Adds a toxic to a link and takes it away; toxicity is always 1, so that nothing is left to chance.
import type { Proxy as Link } from 'toxiproxy-node-client'
import type { Direction } from '../links/links.ts'

export interface Toxic {
  /** As toxiproxy calls it. */
  readonly type: string
  readonly stream: Direction
  readonly attributes: Readonly<Record<string, number>>
}

let made = 0

/** @returns its name; several of a kind may work on a link at once */
export async function addToxic(proxy: Link, toxic: Toxic): Promise<string> {
  made += 1
  const name = `${toxic.type}-${made}`
  await proxy.addToxic({ ...toxic, name, toxicity: 1 } as Parameters<Link['addToxic']>[0])
  return name
}

/** Does nothing where it is gone already. */
export async function removeToxic(proxy: Link, name: string): Promise<void> {
  const toxic = await proxy.getToxic(name).catch(() => undefined)
  await toxic?.remove()
}
