// What a negative is: a text with nothing private in it that must be stored byte for byte.
import type { Draw } from '../model/draw.ts'

export interface Negative {
  readonly text: string
  /** What it is and what it could be taken for: `code/typescript`, `id/sha`, `phone-like/time`. */
  readonly kind: string
}

/** Words for names in code. */
const NOUNS = ['user', 'order', 'request', 'session', 'cache', 'job', 'invoice', 'client', 'worker', 'report'] as const
/** Names that a policy looks for; here they stand beside nothing private. */
const TELLING = [
  'token',
  'password',
  'secret',
  'apiKey',
  'api_key',
  'authorization',
  'credentials',
  'accessToken',
] as const

/** Fills a template: every `{name}` is drawn anew; braces around anything else stay. */
export function fillTemplate(template: string, draw: Draw): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => blank(name, draw, whole))
}

function blank(name: string, draw: Draw, whole: string): string {
  switch (name) {
    case 'n':
      return String(draw.int(1, 9_999))
    case 'small':
      return String(draw.int(1, 20))
    case 'Noun':
      return capital(draw.pick(NOUNS))
    case 'noun':
      return draw.pick(NOUNS)
    case 'telling':
      return draw.pick(TELLING)
    case 'Telling':
      return capital(draw.pick(TELLING).replace('_k', 'K'))
    case 'snake':
      return draw.pick([
        'token',
        'password',
        'secret',
        'api_key',
        'access_token',
        'client_secret',
        'db_password',
        'auth_token',
      ])
    case 'UPPER':
      return draw.pick([
        'API_KEY',
        'GITHUB_TOKEN',
        'DB_PASSWORD',
        'CLIENT_SECRET',
        'ACCESS_TOKEN',
        'NPM_TOKEN',
        'SECRET_KEY',
      ])
    case 'env':
      return 'process.env'
    case 'word':
      return draw.word()
    case 'semver':
      return `${draw.int(0, 30)}.${draw.int(0, 40)}.${draw.int(0, 99)}`
    case 'hex7':
    case 'hex40':
    case 'hex64':
      return draw.hex(Number(name.slice(3)))
    default:
      return whole
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
