// Values whose attribute's key tells that they are private: credentials, and what says who someone is.
import type { CanaryClass } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'
import { plainEmail } from './emails.ts'
import { piecesWith, plainPassword } from './passwords.ts'

function keyed(id: string, kind: 'named' | 'identity', keys: readonly string[], make: (draw: Draw) => string) {
  return {
    id,
    kind,
    form: 'line',
    keyed: true,
    build: (draw) => {
      const secret = make(draw)
      return { text: secret, secret, key: draw.pick(keys) }
    },
  } as const satisfies CanaryClass
}

function fullName(draw: Draw): string {
  const word = () => draw.of('upper', 1) + draw.of('lower', draw.int(6, 9))
  return `${word()} ${word()}`
}

export const keyedClasses: readonly CanaryClass[] = [
  keyed('key/password', 'named', ['password', 'db.password', 'user_password', 'Password', 'passwd'], plainPassword),
  keyed('key/token', 'named', ['token', 'auth.token', 'access_token', 'refreshToken', 'github_token'], (draw) =>
    draw.alnum(32),
  ),
  keyed('key/api-key', 'named', ['api_key', 'apiKey', 'http.request.header.x-api-key', 'X-Api-Key'], (draw) =>
    draw.alnum(32),
  ),
  keyed('key/secret', 'named', ['secret', 'client_secret', 'clientSecret', 'webhook.secret'], (draw) => draw.alnum(28)),
  keyed('key/authorization', 'named', ['authorization', 'http.request.header.authorization', 'Authorization'], (draw) =>
    draw.alnum(40),
  ),
  keyed('key/cookie', 'named', ['cookie', 'http.request.header.cookie', 'set-cookie'], (draw) => draw.alnum(40)),
  keyed('key/private-key', 'named', ['private_key', 'privateKey', 'signing_key', 'encryption_key'], (draw) =>
    draw.base64(36),
  ),
  {
    ...keyed('key/passphrase', 'named', ['passphrase', 'password'], plainPassword),
    build: (draw) => {
      const { text, pieces } = piecesWith(draw, [' ', ' ', ', '])
      return { text, secret: text, also: pieces, key: draw.pick(['passphrase', 'password', 'ssh.passphrase']) }
    },
  },
  keyed('identity/email', 'identity', ['user.email', 'enduser.email', 'user_email'], plainEmail),
  keyed('identity/name', 'identity', ['user.name', 'user.full_name'], fullName),
  keyed('identity/id-address', 'identity', ['user.id', 'enduser.id'], plainEmail),
]
