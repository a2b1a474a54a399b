// Named streams of seeded randomness: a draw added to one stream never changes another.
import { base, en, Faker } from '@faker-js/faker'
import { forkSeed } from '../core/random.ts'

/** A Faker that always gives the same values for a seed and a name. */
export function stream(seed: number, name: string): Faker {
  return new Faker({ locale: [en, base], seed: forkSeed(seed, name) })
}
