// The words for the requirements are complete.
import { expect, test } from 'vitest'
import { requirementText, requirementTexts } from './requirements.ts'

test('each requirement from R1 to R18 has one plain sentence', () => {
  expect([...requirementTexts.keys()]).toEqual(Array.from({ length: 18 }, (_, index) => `R${index + 1}`))
  for (const text of requirementTexts.values()) expect(text).toMatch(/^[A-Z].{20,180}\.$/)
})

test('an id that is not in the specification is called so', () => {
  expect(requirementText('R99')).toBe('Not a requirement of the specification.')
  expect(requirementText('__proto__')).toBe('Not a requirement of the specification.')
})
