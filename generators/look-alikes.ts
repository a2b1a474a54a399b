// Text that looks private and is not: a policy that changes any of it destroys what people want to analyse.
import type { Faker } from '@faker-js/faker'
import { isoTime } from '../core/clock.ts'

const lookAlikes: readonly ((faker: Faker) => string)[] = [
  (faker) => `id ${faker.string.uuid()}`,
  (faker) => `max_tokens=${faker.number.int({ min: 1, max: 8192 })}`,
  (faker) => `input_tokens: ${faker.number.int({ min: 1, max: 99_999 })}`,
  (faker) => `v${faker.system.semver()}`,
  () => 'user@ is no address, nor is deploy@localhost',
  () => '@decorator({ once: true })',
  (faker) => `react@${faker.system.semver()} and @types/node@26.6.6`,
  (faker) => `commit ${hex(faker, 40)}`,
  (faker) => `short ${hex(faker, 7)}`,
  (faker) => `at ${faker.number.int({ min: 1_600_000_000_000, max: 1_900_000_000_000 })}`,
  (faker) => isoTime(faker.number.int({ min: 1_600_000_000_000, max: 1_900_000_000_000 })),
  (faker) => isoTime(faker.number.int({ min: 1_600_000_000_000, max: 1_900_000_000_000 })).slice(0, 10),
  (faker) => `from ${faker.internet.ipv4()} to 2001:db8::1`,
  (faker) => `total 9${faker.string.numeric(17)}`,
  (faker) => `req_011C${faker.string.alphanumeric(20)}`,
  (faker) => `sha256:${hex(faker, 64)}`,
  () => 'the secret is in the sauce; a token of thanks to the secretary',
  () => 'secrets/readme.md, lib/secret_santa.ts and proprietary-notes.txt',
  () => '10-20-30, 555-1234 and 12:34:56.789',
]

/** A harmless stretch of text that a careless pattern would change. */
export function lookAlike(faker: Faker): string {
  return faker.helpers.arrayElement(lookAlikes)(faker)
}

function hex(faker: Faker, length: number): string {
  return faker.string.hexadecimal({ length, casing: 'lower', prefix: '' })
}
