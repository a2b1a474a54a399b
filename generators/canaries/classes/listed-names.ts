// Names of people as a policy lists them: the list and the canaries of it come from the same seed. Not among the other classes, as a
// policy knows no name that it was not told.
import { stream } from '../../streams.ts'
import type { CanaryClass } from '../model/canary.ts'

/** So many different names of two words. */
export function listedNames(seed: number, count: number): string[] {
  const faker = stream(seed, 'listed-names')
  const names = new Set<string>()
  while (names.size < count) names.add(`${faker.person.firstName()} ${faker.person.lastName()}`)
  return [...names]
}

const WRITTEN: readonly { readonly id: string; readonly as: (name: string) => string }[] = [
  { id: 'name/listed', as: (name) => name },
  { id: 'name/upper', as: (name) => name.toUpperCase() },
  { id: 'name/lower', as: (name) => name.toLowerCase() },
]

/** Each name once in each way of writing it: no more canaries of a class than names can be made. */
export function nameClasses(names: readonly string[]): CanaryClass[] {
  return WRITTEN.map(({ id, as }) => ({
    id,
    kind: 'name',
    form: 'line',
    build: (draw) => {
      const secret = as(draw.pick(names))
      return { text: secret, secret }
    },
  }))
}
