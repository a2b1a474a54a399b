// How much of what is private a contender takes out, and how much it leaves of what is not; the same texts for each.
import type { Material } from '../../../harness/privacy/material.ts'
import { type Measured, measured } from '../../../harness/privacy/measure.ts'
import type { Recall } from '../../../harness/privacy/recall.ts'
import type { Attribute } from './collector.ts'

/** What becomes of each text under its name; the name is empty where it tells nothing. */
export type SanitizeAll = (attributes: readonly Attribute[]) => Promise<readonly string[]>

export interface Share {
  /** Of which every text is right. */
  readonly kinds: number
  readonly ofKinds: number
  readonly texts: number
  readonly ofTexts: number
}

export interface Quality {
  /** Of others: masked, by group. */
  readonly samples: Readonly<Record<string, Share>>
  readonly canaries: Share
  /** Canaries whose surroundings stayed. */
  readonly surroundings: Share
  /** Unchanged: made to look private, and lines of real code. */
  readonly negatives: Share
  readonly realLines: Share
}

export async function qualityOf(material: Material, sanitizeAll: SanitizeAll): Promise<Quality> {
  const texts = new Map<string, Attribute>()
  // The measure asks for one text after the other; a contender gets all of them at once.
  measured(material, (text, key = '') => {
    texts.set(nameOf(text, key), { key, text })
    return text
  })
  const left = await sanitizeAll([...texts.values()])
  const answers = new Map([...texts.keys()].map((name, index) => [name, left[index] ?? '']))
  return sharesOf(measured(material, (text, key = '') => answers.get(nameOf(text, key)) ?? ''))
}

const nameOf = (text: string, key: string) => `${key}\0${text}`

function sharesOf({ samples, canaries, surroundings, negatives }: Measured): Quality {
  const groups = [...Map.groupBy(samples.kinds, ({ group }) => group)]
  const isReal = ({ group }: { readonly group: string }) => group === 'real'
  return {
    samples: Object.fromEntries(groups.map(([group, kinds]) => [group, shareOf(kinds)])),
    canaries: shareOf(canaries.kinds),
    surroundings: shareOf(surroundings.kinds),
    negatives: shareOf(negatives.kinds.filter((kind) => !isReal(kind))),
    realLines: shareOf(negatives.kinds.filter(isReal)),
  }
}

export function shareOf(kinds: Recall['kinds']): Share {
  const right = kinds.filter(({ samples, masked }) => samples === masked).length
  const texts = kinds.reduce((sum, { masked }) => sum + masked, 0)
  const ofTexts = kinds.reduce((sum, { samples }) => sum + samples, 0)
  return { kinds: right, ofKinds: kinds.length, texts, ofTexts }
}
