import { beforeAll, describe, expect, test } from 'vitest'
import { promisedCells, unpromisedCells } from './cells.ts'
import { canaryClasses } from './classes/index.ts'
import { makeCanaries } from './make.ts'
import { type Canary, contexts, positions, promisedEncodings, unpromisedEncodings } from './model/canary.ts'
import { searchForms } from './search-forms.ts'

const cells = canaryClasses.reduce((sum, one) => sum + promisedCells(one).length, 0)
let many: readonly Canary[] = []

beforeAll(() => {
  // A class has at most 150 cells: so many that each encoding and each position of every class has been there.
  many = [...makeCanaries({ seed: 1, count: canaryClasses.length * 40 })]
})

const cellOf = ({ class: name, encoding, position }: Canary) => `${name}/${encoding}/${position}`

describe('canaries', () => {
  test('are the same for a seed, and a longer order begins with a shorter one', () => {
    const texts = (count: number, seed = 1) =>
      [...makeCanaries({ seed, count })].map((canary) => JSON.stringify(canary))
    expect(texts(300)).toEqual(many.slice(0, 300).map((canary) => JSON.stringify(canary)))
    const first = new Set(texts(100))
    expect(texts(100, 2).filter((text) => first.has(text))).toEqual([])
  })

  test('have secrets and ids that no other has', () => {
    expect(new Set(many.map(({ secret }) => secret)).size).toBe(many.length)
    expect(new Set(many.map(({ id }) => id)).size).toBe(many.length)
  })

  test('are long enough to be known when they are found', () => {
    expect(many.flatMap(({ secret, also }) => [secret, ...also]).filter((text) => text.length < 8)).toEqual([])
  })

  test('hold their secret in a form that is searched for, and what must stay', () => {
    const wrong = many.filter(({ text, secret, also, keep }) => {
      const bytes = Buffer.from(text)
      const isThere = (part: string) => searchForms(part).some((form) => bytes.includes(form.bytes))
      return ![secret, ...also].every(isThere) || !keep.every((part) => text.includes(part))
    })
    expect(wrong.map(({ id }) => id)).toEqual([])
  })

  test('must keep nothing that is private', () => {
    const wrong = many.filter(({ secret, also, keep }) =>
      [secret, ...also].some((part) => keep.some((kept) => kept.includes(part))),
    )
    expect(wrong.map(({ id }) => id)).toEqual([])
  })
})

describe('the grid', () => {
  test('has every encoding, position and context', () => {
    const missing = (all: readonly string[], of: (canary: Canary) => string) =>
      all.filter((one) => !many.some((canary) => of(canary) === one))
    expect(missing(positions, ({ position }) => position)).toEqual([])
    expect(missing(promisedEncodings, ({ encoding }) => encoding)).toEqual([])
    expect(missing(contexts, ({ context }) => context)).toEqual([])
  })

  test('has every class in every encoding and at every position that fits it, soon', () => {
    const seen = new Set(many.flatMap((one) => [`${one.class}/${one.encoding}`, `${one.class}/${one.position}`]))
    const wanted = canaryClasses.flatMap((one) =>
      promisedCells(one).flatMap(({ encoding, position }) => [`${one.id}/${encoding}`, `${one.id}/${position}`]),
    )
    expect(wanted.filter((cell) => !seen.has(cell))).toEqual([])
  })

  test('fills every cell so often as asked for', () => {
    const classes = canaryClasses.filter((_, index) => index % 20 === 0)
    const filled = Map.groupBy(makeCanaries({ seed: 3, perCell: 2, classes }), cellOf)
    const wanted = classes.flatMap((one) =>
      promisedCells(one).map(({ encoding, position }) => `${one.id}/${encoding}/${position}`),
    )
    expect([...filled.keys()].toSorted()).toEqual(wanted.toSorted())
    expect([...filled.values()].every((some) => some.length === 2)).toBe(true)
  })

  test('has more than 40,000 cells, and classes without equal', () => {
    expect(cells).toBeGreaterThan(40_000)
    expect(new Set(canaryClasses.map(({ id }) => id)).size).toBe(canaryClasses.length)
  })

  test('keeps what is not promised apart', () => {
    const classes = canaryClasses.slice(0, 4)
    const apart = [...makeCanaries({ seed: 1, perCell: 1, unpromised: true, classes })]
    expect(apart).toHaveLength(classes.reduce((sum, one) => sum + unpromisedCells(one).length, 0))
    expect(new Set(apart.map(({ encoding }) => encoding))).toEqual(new Set(unpromisedEncodings))
    for (const { encoding, text, rest } of apart) expect(rest !== undefined, text).toBe(encoding === 'split')
  })
})
