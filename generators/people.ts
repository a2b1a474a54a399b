// The people of a seed: a small team whose members come back in many sessions, identified in different ways.
import type { Faker } from '@faker-js/faker'
import { type Fields, identity, string } from './fields.ts'
import { stream } from './streams.ts'
import type { Planting } from './text-maker.ts'

const teamSize = 24

/** What a session tells about its person and place. */
export interface WorkContext {
  readonly sessionId: string
  /** An e-mail address here is an identity and is stored hashed. */
  readonly userId: string
  readonly organizationId: string
  readonly chapterNumber: string
  readonly featureId: string
  readonly gitBranch: string
}

export interface Person {
  readonly userId: string
  /** Keys that the client itself adds to records and data points. */
  readonly account: Fields
  /** Keys that this person has put into OTEL_RESOURCE_ATTRIBUTES: on the resource and on every record and data point. */
  readonly custom: Fields
  readonly terminal: string
}

/** The person of a session: with an API key (most private), a subscription, or names in the environment. */
export function personOf(seed: number, member: number, planting: Planting): Person {
  const faker = stream(seed, `person/${member % teamSize}`)
  const userId = faker.string.hexadecimal({ length: 64, casing: 'lower', prefix: '' })
  const terminal = faker.helpers.arrayElement(['xterm-256color', 'vscode', 'iTerm.app', 'tmux', 'non-interactive'])
  const kind = planting === 'none' ? 'apiKey' : kinds[member % kinds.length]
  const email = faker.internet.email({ provider: 'example.com' })
  const name = faker.person.fullName()
  switch (kind) {
    case 'subscription':
      return { userId, terminal, custom: {}, account: account(faker, string(userId), identity(email)) }
    case 'hashed':
      return { userId, terminal, custom: {}, account: account(faker, string(userId), string(`sha256:${hex64(faker)}`)) }
    case 'environment':
      return {
        userId: email,
        terminal,
        account: {},
        custom: { 'user.email': identity(email), 'user.name': identity(name) },
      }
    default:
      return { userId, terminal, account: {}, custom: {} }
  }
}

const kinds = ['apiKey', 'subscription', 'environment', 'hashed', 'subscription'] as const

function account(faker: Faker, userId: Fields[string], email: Fields[string]): Fields {
  const uuid = string(faker.string.uuid())
  return {
    'user.id': userId,
    'user.email': email,
    'user.account_uuid': uuid,
    'user.account_id': string(`user_01${faker.string.alphanumeric(22)}`),
  }
}

function hex64(faker: Faker): string {
  return faker.string.hexadecimal({ length: 64, casing: 'lower', prefix: '' })
}

/** Where a team of this seed works: one organisation, a handful of chapters and features. */
export function placeOf(seed: number, faker: Faker): Omit<WorkContext, 'sessionId' | 'userId'> {
  const organizationId = stream(seed, 'organization').helpers.arrayElement(['acme', 'globex', 'initech'])
  const chapter = faker.number.int({ min: 1, max: 20 })
  const featureId = `${String(chapter + 5).padStart(3, '0')}-${faker.helpers.arrayElement(['usage', 'search', 'billing', 'login'])}`
  const gitBranch = faker.helpers.arrayElement(['main', `feature/${featureId}`, `fix/${featureId}-flaky`])
  return { organizationId, chapterNumber: String(chapter), featureId, gitBranch }
}
