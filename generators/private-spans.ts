// What people leave in prompts and commands and must never be stored, each with what must stand in its place.
import type { Faker } from '@faker-js/faker'
import type { PrivateSpan, Text } from './text.ts'

const apiKey = '[REDACTED_API_KEY]'

function key(secret: string): PrivateSpan {
  return { private: secret, stored: apiKey }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** Secrets with a shape of their own, replaced whole. */
const tokens: readonly ((faker: Faker) => string)[] = [
  (faker) => `ghp_${faker.string.alphanumeric(36)}`,
  (faker) => `sk-ant-api03-${faker.string.alphanumeric(48)}`,
  (faker) => `AKIA${faker.string.alphanumeric({ length: 16, casing: 'upper' })}`,
  (faker) => `xoxb-${faker.string.numeric(12)}-${faker.string.numeric(13)}-${faker.string.alphanumeric(24)}`,
  (faker) => `glpat-${faker.string.alphanumeric(20)}`,
  (faker) =>
    [
      base64url('{"alg":"HS256","typ":"JWT"}'),
      base64url(`{"sub":"${faker.string.numeric(10)}"}`),
      faker.string.alphanumeric(43),
    ].join('.'),
]

const shellNames = [
  'GITHUB_TOKEN',
  'TOKEN',
  'DB_PASSWORD',
  'ANTHROPIC_API_KEY',
  'CLIENT_SECRET',
  'SLACK_TOKEN',
  'apikey',
  'api_key',
]
const yamlNames = ['api_key', 'apikey', 'token', 'secret', 'password', 'access_token', 'db_password']

/** Only the value of an assignment is replaced; the value of a secret without a shape of its own. */
function secretValue(faker: Faker): PrivateSpan {
  return key(
    faker.helpers.maybe(() => tokenOf(faker), { probability: 0.3 }) ??
      faker.string.alphanumeric({ length: { min: 20, max: 40 } }),
  )
}

function tokenOf(faker: Faker): string {
  return faker.helpers.arrayElement(tokens)(faker)
}

export function emailSpan(faker: Faker): PrivateSpan {
  return { private: faker.internet.email({ provider: emailHost(faker) }), stored: '[REDACTED_EMAIL]' }
}

function emailHost(faker: Faker): string {
  return faker.helpers.arrayElement(['example.com', 'example.org', 'mail.example.net', 'dev-team.example.co.uk'])
}

function phoneSpan(faker: Faker): PrivateSpan {
  // In North America, an area and an exchange begin with 2 to 9 (https://nationalnanpa.com/area_codes/).
  const shape = faker.helpers.arrayElement(['!##-!##-####', '(!##) !##-####', '+1 !## !## ####', '+49 17# #######'])
  return {
    private: shape.replaceAll(/[!#]/g, (place) => String(faker.number.int({ min: place === '!' ? 2 : 0, max: 9 }))),
    stored: '[REDACTED_PHONE]',
  }
}

/** `Authorization: Bearer …`, without quotes around it. */
export function authorizationHeader(faker: Faker): Text {
  return ['Authorization: Bearer ', key(faker.string.alphanumeric(40))]
}

/** `GITHUB_TOKEN=…` as in a shell. */
export function shellAssignment(faker: Faker): Text {
  const name = faker.helpers.arrayElement(shellNames)
  return faker.datatype.boolean(0.25) ? [`${name}="`, secretValue(faker), '"'] : [`${name}=`, secretValue(faker)]
}

/** `{"token":"…","max_tokens":100}`: escaped once more by every JSON that it is put into. */
export function jsonAssignment(faker: Faker): Text {
  return [
    `{"${faker.helpers.arrayElement(yamlNames)}":"`,
    secretValue(faker),
    `","max_tokens":${faker.number.int({ min: 1, max: 4096 })}}`,
  ]
}

/**
 * Every fragment ends where a secret may end: the text that follows begins with white space, a quote or another delimiter.
 * No fragment needs anything to stand before it.
 */
const fragments: readonly ((faker: Faker) => Text)[] = [
  (faker) => [key(tokenOf(faker))],
  shellAssignment,
  jsonAssignment,
  authorizationHeader,
  (faker) => [`${faker.helpers.arrayElement(yamlNames)}: `, secretValue(faker)],
  (faker) => ['https://api.example.com/v1/items?api_key=', key(faker.string.alphanumeric(32)), '&limit=10'],
  (faker) => [emailSpan(faker)],
  (faker) => ['<', emailSpan(faker), '>'],
  (faker) => ['mail to ', emailSpan(faker), ', please'],
  (faker) => ['call ', phoneSpan(faker)],
  (faker) => [phoneSpan(faker)],
]

/** A fragment of text with one private span. */
export function privateFragment(faker: Faker): Text {
  return faker.helpers.arrayElement(fragments)(faker)
}

/** A path whose directory keeps the whole record out of every table; on Windows with backslashes. */
export function excludedPath(faker: Faker): PrivateSpan {
  const directory = faker.helpers.arrayElement(['proprietary', 'secret'])
  const file = `${faker.word.noun()}-${faker.string.hexadecimal({ length: 10, casing: 'lower', prefix: '' })}.ts`
  const path = faker.datatype.boolean(0.25)
    ? `C:\\work\\${directory}\\${file}`
    : `/home/dev/app/${directory}/core/${file}`
  return { private: path, stored: path, excludes: true }
}
