// Measures a sanitizer against all of the material and shows the result as text.
import type { Material } from './material.ts'
import { canaryRecall, falseMasks, type KindRecall, lostSurroundings, type Recall, sampleRecall } from './recall.ts'
import type { Sanitizer } from './sanitizer.ts'

export interface Measured {
  readonly samples: Recall
  readonly canaries: Recall
  readonly unpromised: Recall
  readonly surroundings: Recall
  readonly negatives: Recall
}

export function measured(material: Material, sanitize: Sanitizer): Measured {
  return {
    samples: sampleRecall(material.samples, sanitize),
    canaries: canaryRecall(material.canaries, sanitize),
    unpromised: canaryRecall(material.unpromised, sanitize, ({ encoding }) => encoding),
    surroundings: lostSurroundings(material.canaries, sanitize),
    negatives: falseMasks(material.negatives, sanitize),
  }
}

const TITLES: Readonly<Record<keyof Measured, string>> = {
  samples: 'samples of others: kinds of which every sample is masked',
  canaries: 'canaries: classes of which every canary is masked',
  unpromised: 'canaries in encodings that are not promised: classes of which every canary is masked',
  surroundings: 'canaries: classes whose surroundings all stay',
  negatives: 'negatives: kinds of which every text stays as it is',
}

/** @param leaks whether to show one text of every kind that is not right */
export function tableOf(result: Measured, leaks: boolean): string {
  return (Object.keys(TITLES) as (keyof Measured)[])
    .flatMap((part) => [
      TITLES[part],
      ...groupLines(result[part].kinds),
      ...(leaks ? leakLines(result[part].kinds) : []),
      '',
    ])
    .join('\n')
}

function groupLines(kinds: readonly KindRecall[]): string[] {
  return [...Map.groupBy(kinds, ({ group }) => group)].map(([group, some]) => {
    const right = some.filter(({ samples, masked }) => samples === masked).length
    const texts = some.reduce((sum, { samples }) => sum + samples, 0)
    const rightTexts = some.reduce((sum, { masked }) => sum + masked, 0)
    return `  ${group.padEnd(16)} ${share(right, some.length)} kinds, ${share(rightTexts, texts)} texts`
  })
}

function share(part: number, whole: number): string {
  return `${String(part).padStart(6)} of ${String(whole).padStart(6)} (${((100 * part) / Math.max(1, whole)).toFixed(2)} %)`
}

function leakLines(kinds: readonly KindRecall[]): string[] {
  return kinds.flatMap(({ kind, samples, masked, leak }) =>
    leak === undefined
      ? []
      : [
          `    ${kind}: ${samples - masked} of ${samples}, e.g. ${JSON.stringify(leak.text)}`,
          `      → ${JSON.stringify(leak.left)}`,
        ],
  )
}
