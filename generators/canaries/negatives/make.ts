// Makes negatives: texts that a careless policy would change, all kinds in turn.
import { stream } from '../../streams.ts'
import { Draw } from '../model/draw.ts'
import { codeTemplates } from './code.ts'
import { idMakers } from './ids.ts'
import { addressLike, phoneLike } from './look-alikes.ts'
import { fillTemplate, type Negative } from './negative.ts'

interface Kind {
  readonly kind: string
  readonly make: (draw: Draw) => string
}

function kindsOf(group: string, makers: Readonly<Record<string, (draw: Draw) => string>>): Kind[] {
  return Object.entries(makers).map(([name, make]) => ({ kind: `${group}/${name}`, make }))
}

const kinds: readonly Kind[] = [
  ...Object.entries(codeTemplates).flatMap(([language, templates]) =>
    templates.map((template) => ({ kind: `code/${language}`, make: (draw: Draw) => fillTemplate(template, draw) })),
  ),
  ...kindsOf('id', idMakers),
  ...kindsOf('address-like', addressLike),
  ...kindsOf('phone-like', phoneLike),
]

/** So many in a row of one kind without a new text, and the kind has no more. */
const PATIENCE = 20

/** Negatives without end, no two of the same text: it ends only when every kind has been exhausted. */
export function* makeNegatives({ seed, count }: { seed: number; count: number }): Generator<Negative, void, undefined> {
  const seen = new Set<string>()
  const draw = new Draw(stream(seed, 'negatives'))
  let left = [...kinds]
  for (let made = 0; left.length > 0; ) {
    const exhausted = new Set<Kind>()
    for (const kind of left) {
      const text = unseen(kind, draw, seen)
      if (text === undefined) {
        exhausted.add(kind)
        continue
      }
      if (made >= count) return
      yield { text, kind: kind.kind }
      made += 1
    }
    left = left.filter((kind) => !exhausted.has(kind))
  }
}

function unseen(kind: Kind, draw: Draw, seen: Set<string>): string | undefined {
  for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
    const text = kind.make(draw)
    if (seen.has(text)) continue
    seen.add(text)
    return text
  }
  return undefined
}
