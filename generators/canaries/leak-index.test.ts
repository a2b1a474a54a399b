import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LeakIndex } from './leak-index.ts'
import { makeCanaries } from './make.ts'
import { makeNegatives } from './negatives/make.ts'
import { searchForms } from './search-forms.ts'

const canaries = [...makeCanaries({ seed: 1, count: 1200 })]
const secrets = canaries.map(({ secret }) => secret)
const index = new LeakIndex(secrets)

describe('the index of leaks', () => {
  test('finds every secret in its text, as looking for each form would', () => {
    const missed = canaries.filter(
      ({ text }, place) => !index.find(Buffer.from(text)).some(({ secret }) => secret === place),
    )
    expect(missed.map(({ id }) => id)).toEqual([])
  })

  test('finds the same as looking for each form in a long haystack, wherever it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(secrets.length - 1),
        fc.nat(30),
        fc.uint8Array({ maxLength: 40 }),
        (before, which, form, after) => {
          const forms = searchForms(secrets[which] ?? '')
          const chosen = forms[form % forms.length]
          const haystack = Buffer.concat([before, chosen?.bytes ?? Buffer.alloc(0), after])
          const wanted = forms.filter(({ bytes }) => haystack.includes(bytes)).map(({ name }) => name)
          const found = index.find(haystack).filter(({ secret }) => secret === which)
          expect(found.map(({ form: name }) => name).toSorted()).toEqual(wanted.toSorted())
          expect(
            found.every(
              ({ form: name, at }) => haystack.indexOf(forms.find((one) => one.name === name)?.bytes ?? '') === at,
            ),
          ).toBe(true)
        },
      ),
    )
  })

  test('finds nothing in negatives, in what is masked, and in nothing', () => {
    const negatives = [...makeNegatives({ seed: 1, count: 2000 })].map(({ text }) => text).join('\n')
    expect(index.find(Buffer.from(negatives))).toEqual([])
    expect(index.find(Buffer.from('token=[REDACTED_API_KEY]'))).toEqual([])
    expect(index.find(Buffer.alloc(0))).toEqual([])
    expect(index.find(Buffer.alloc(100))).toEqual([])
  })

  test('takes no secret that is too short to be known', () => {
    expect(() => new LeakIndex(['abc'])).toThrow('a secret of 3 characters is too short')
  })
})
