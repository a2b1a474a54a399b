// What the database does not look at, and what it looks at before it compiles the patterns of a stage.
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskText } from '../../mask-text.ts'
import { readPolicy } from '../../policy.ts'
import { compileDatabase, WORDS } from './compile.ts'

const policy = await readPolicy(join(import.meta.dirname, '../../sanitization.yaml'), 'stack/policy/sanitization.yaml')
const mask = maskText(policy)

test('no rule changes what is passed over as words', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'password',
      'passwd',
      'secret',
      'token',
      'api',
      'key',
      'cookie',
      'sk',
      'live',
      'hf',
      'dapi',
      'auth',
    ),
    fc.constantFrom('bearer', 'basic', 'sid', 'tel', 'pat', 'is', 'value', 'npm', 'sgp', 'pypi', 'whsec', 'secrets'),
    fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 1, maxLength: 9 }),
  )
  const word = fc
    .array(fc.tuple(piece, fc.constantFrom('_', '.')), { minLength: 1, maxLength: 5 })
    .map((pieces) => pieces.flat().slice(0, -1).join(''))
  fc.assert(
    fc.property(word, (text) => {
      expect(text).toMatch(new RegExp(WORDS))
      expect(mask(text)).toBe(text)
    }),
    { seed: 1, numRuns: 50_000 },
  )
})

test('every rule is in one stage, behind a search of its own', () => {
  const compiled = compileDatabase(policy)
  const body = compiled.slice(
    compiled.indexOf('FUNCTION telemetry_mask AS'),
    compiled.indexOf('FUNCTION telemetry_told'),
  )
  const stages = body.match(/arrayMap\(text -> if\(/g)?.length ?? 0
  expect(stages).toBeGreaterThan(5)
  expect(body.match(/multiMatchAny\((?:text|lowerUTF8\(text\)), /g)?.length ?? 0).toBeGreaterThanOrEqual(stages)
})
