// How much of what is private a sanitizer takes out, kind by kind; and how much of what is not private it changes.
import type { Canary } from '../../generators/canaries/model/canary.ts'
import type { Negative } from '../../generators/canaries/negatives/negative.ts'
import { searchForms } from '../../generators/canaries/search-forms.ts'
import type { Sample } from './samples/sample.ts'
import type { Sanitizer } from './sanitizer.ts'

/** One kind: how many of its samples there are, and the first that was not masked as it stands afterwards. */
export interface KindRecall {
  readonly group: string
  readonly kind: string
  readonly samples: number
  readonly masked: number
  readonly leak?: { readonly text: string; readonly left: string }
}

/** A kind counts as masked when all its samples are: one syntax that leaks is one too many. */
export interface Recall {
  readonly kinds: readonly KindRecall[]
  readonly kindsMasked: number
}

interface Trial {
  readonly group: string
  readonly kind: string
  readonly text: string
  readonly left: () => string | undefined
}

function recallOf(trials: readonly Trial[]): Recall {
  const kinds = [...Map.groupBy(trials, ({ group, kind }) => `${group} ${kind}`).values()].map((some): KindRecall => {
    let masked = 0
    let leak: KindRecall['leak']
    for (const { text, left } of some) {
      const found = left()
      if (found === undefined) masked += 1
      else leak ??= { text, left: found }
    }
    const { group = '', kind = '' } = some[0] ?? {}
    return { group, kind, samples: some.length, masked, ...(leak === undefined ? {} : { leak }) }
  })
  return { kinds, kindsMasked: kinds.filter(({ samples, masked }) => samples === masked).length }
}

/** Samples of others: the secret must not be in the text any more. A text that lost everything but the secret's first half has leaked too. */
export function sampleRecall(samples: readonly Sample[], sanitize: Sanitizer): Recall {
  return recallOf(
    samples.map(({ rule, kind, sample, secret }) => ({
      group: kind,
      kind: rule,
      text: sample,
      left: () => {
        const after = sanitize(sample)
        return piecesOf(secret).some((piece) => after.includes(piece)) ? after : undefined
      },
    })),
  )
}

/** The whole; and of one that is long enough its two halves, each enough to know that it was there. */
function piecesOf(secret: string): string[] {
  const half = Math.floor(secret.length / 2)
  return half < 12 ? [secret] : [secret, secret.slice(half)]
}

/** Canaries: no form of the secret or of a part of it may be found. @param groupOf what they are put together by */
export function canaryRecall(
  canaries: readonly Canary[],
  sanitize: Sanitizer,
  groupOf: (canary: Canary) => string = ({ kind, key }) => (key === undefined ? kind : `${kind} by key`),
): Recall {
  return recallOf(
    canaries.map((canary) => ({
      group: groupOf(canary),
      kind: canary.class,
      text: canary.text,
      left: () => {
        const after = sanitize(canary.text, canary.key) + (canary.rest === undefined ? '' : sanitize(canary.rest))
        return isLeft(canary, after) ? after : undefined
      },
    })),
  )
}

const INVISIBLE = /\u200b|\0|\\+u0000/g

function isLeft({ secret, also, encoding }: Canary, after: string): boolean {
  // What somebody who reads the text sees of it: neither characters without width nor the zeros of UTF-16.
  const seen = encoding === 'plain' ? after : after.replace(INVISIBLE, '')
  const bytes = Buffer.concat([Buffer.from(seen), Buffer.from(after, 'latin1')])
  return [secret, ...also].some((part) => searchForms(part).some((form) => bytes.includes(form.bytes)))
}

/** Canaries whose surroundings were changed though nothing in them is private. */
export function lostSurroundings(canaries: readonly Canary[], sanitize: Sanitizer): Recall {
  return recallOf(
    canaries.map(({ kind, class: name, text, keep, key }) => ({
      group: kind,
      kind: name,
      text,
      left: () => {
        const after = sanitize(text, key)
        return keep.every((part) => after.includes(part)) ? undefined : after
      },
    })),
  )
}

/** Negatives: a text that changed in any way was falsely masked. */
export function falseMasks(negatives: readonly Negative[], sanitize: Sanitizer): Recall {
  return recallOf(
    negatives.map(({ kind, text }) => ({
      group: kind.split('/')[0] ?? '',
      kind,
      text,
      left: () => {
        const after = sanitize(text)
        return after === text ? undefined : after
      },
    })),
  )
}
