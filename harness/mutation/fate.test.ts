// What mutants come to, and the list of what killed them, there and back.
import { expect, test } from 'vitest'
import { type Fate, outcomeOf } from './fate.ts'
import { formatKillers, parseKillers } from './killers.ts'
import { mutantsOf } from './mutants.ts'

const by = { ground: 'random 3', asked: 1, query: 'tools' }
const fates = new Map<string, Fate>([
  ['a', { kind: 'killed', by, how: 'row 0' }],
  ['b', { kind: 'killed', by, how: 'row 1' }],
  ['c', { kind: 'killed', by, how: 'row 2' }],
  ['d', { kind: 'survived' }],
  ['e', { kind: 'survived' }],
  ['f', { kind: 'invalid', how: 'syntax' }],
  ['g', { kind: 'timed out' }],
])

test('what survived needs a reason, and what was killed has none', () => {
  const reason = 'it is the same'
  expect(outcomeOf(fates, [{ reason, mutants: ['d', 'c', 'not tried'] }])).toEqual({
    killed: 3,
    equivalent: 1,
    invalid: 1,
    timedOut: 1,
    survivors: ['e'],
    lies: ['c'],
    equivalentShare: 0.25,
  })
  expect(outcomeOf(new Map(), [])).toMatchObject({ killed: 0, equivalentShare: 0 })
})

test('the list says of each mutant what killed it', () => {
  const mutants = mutantsOf('q.sql', 'SELECT\n  a <\n 1')
  const [first, second] = mutants
  if (first === undefined || second === undefined) throw new Error('no mutants')
  const text = formatKillers(
    mutants,
    new Map<string, Fate>([
      [first.id, { kind: 'killed', by, how: '' }],
      [second.id, { kind: 'survived' }],
    ]),
  )
  expect(text.split('\n').slice(1, 4)).toEqual([
    'q.sql:bound:1\t2\t<\t<=\trandom 3/1 tools',
    'q.sql:compare:1\t2\t<\t>=\tsurvived',
    'q.sql:number-up:1\t3\t1\t2\tnot tried',
  ])
  expect([...parseKillers(text)]).toEqual(mutants.map(({ id }) => [id, id === first.id ? by : undefined]))
})
