// Long-tailed amounts: log-normal, given by what people know of them.
import type { Faker } from '@faker-js/faker'
import { z } from 'zod'

/** Half of the draws are below `median`, nine of ten below `p90`, none above `max`, which may not be above `most`. */
export function distributionSchema(most: number) {
  const amount = z.number().positive('must be more than 0').max(most, `must be at most ${most}`)
  return z
    .strictObject({ median: amount, p90: amount, max: amount })
    .refine(({ median, p90 }) => p90 >= median, { error: 'p90 must not be less than the median', path: ['p90'] })
    .refine(({ p90, max }) => max >= p90, { error: 'max must not be less than p90', path: ['max'] })
}
export type Distribution = z.infer<ReturnType<typeof distributionSchema>>

/** The 0.9 quantile of the standard normal distribution. */
const Z90 = 1.2815515655446004

/** One draw, in the unit of the distribution. */
export function draw(faker: Faker, { median, p90, max }: Distribution): number {
  const sigma = Math.log(p90 / median) / Z90
  return Math.min(max, median * Math.exp(sigma * normal(faker)))
}

/** One draw, rounded, at least `least`. */
export function drawInt(faker: Faker, distribution: Distribution, least = 0): number {
  return Math.max(least, Math.round(draw(faker, distribution)))
}

/** How many of something come in a time in which `mean` are usual (Poisson; Knuth, TAOCP vol. 2, 3.4.1). */
export function drawCount(faker: Faker, mean: number): number {
  const limit = Math.exp(-mean)
  let count = -1
  for (let product = 1; product > limit; count += 1) product *= faker.number.float()
  return Math.max(0, count)
}

/** Standard normal (Box and Muller, 1958). */
function normal(faker: Faker): number {
  const radius = Math.sqrt(-2 * Math.log(1 - faker.number.float({ max: 0.9999999 })))
  return radius * Math.cos(2 * Math.PI * faker.number.float())
}
