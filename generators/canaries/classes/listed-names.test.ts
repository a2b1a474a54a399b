import { expect, test } from 'vitest'
import { makeCanaries } from '../make.ts'
import { listedNames, nameClasses } from './listed-names.ts'

const names = listedNames(1, 200)

test('names are different, of two words or more, and the same for a seed', () => {
  expect(new Set(names).size).toBe(200)
  expect(names.filter((name) => !/^\S+ \S.*$/.test(name))).toEqual([])
  expect(listedNames(1, 50)).toEqual(names.slice(0, 50))
  expect(listedNames(2, 50)).not.toEqual(names.slice(0, 50))
})

test('canaries hold names of the list and no others, as they are and in other letters', () => {
  const canaries = [...makeCanaries({ seed: 1, count: 150, classes: nameClasses(names) })]
  expect(canaries.filter(({ class: name, secret }) => name === 'name/listed' && !names.includes(secret))).toEqual([])
  expect(new Set(canaries.map(({ class: name }) => name))).toEqual(new Set(['name/listed', 'name/upper', 'name/lower']))
  expect(canaries.every(({ kind }) => kind === 'name')).toBe(true)
})

test('a list that is too short for the order is told', () => {
  const order = { seed: 1, count: 150, classes: nameClasses(names.slice(0, 3)) }
  expect(() => [...makeCanaries(order)]).toThrow('name/listed makes no more canaries that differ')
})
