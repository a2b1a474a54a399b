// JSON Web Tokens: signed with a secret, with a key, and unsigned.
import { createHmac } from 'node:crypto'
import type { CanaryClass, Fragment } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'
import { format } from './define.ts'
import { plainEmail } from './emails.ts'

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function claims(draw: Draw): string {
  const issued = 1_760_000_000 + draw.int(0, 9_999_999)
  return encoded({ sub: draw.number(10), jti: draw.uuid(), iat: issued, exp: issued + 3600 })
}

/** The claims tell who someone is and the signature makes it usable: neither may be found. */
function jwt(header: string, payload: string, signature: string): Fragment {
  const text = `${header}.${payload}.${signature}`
  return { text, secret: payload, also: signature === '' ? [] : [signature] }
}

export const jwtClasses: readonly CanaryClass[] = [
  format('jwt/hs256', 'word', (draw) => {
    const head = encoded({ alg: 'HS256', typ: 'JWT' })
    const payload = claims(draw)
    return jwt(head, payload, createHmac('sha256', draw.bytes(32)).update(`${head}.${payload}`).digest('base64url'))
  }),
  format('jwt/rs256', 'word', (draw) => {
    const head = encoded({ typ: 'JWT', alg: 'RS256', kid: draw.hex(16) })
    return jwt(head, claims(draw), draw.base64url(256))
  }),
  format('jwt/with-address', 'word', (draw) => {
    const address = plainEmail(draw)
    const payload = encoded({ email: address, sub: draw.number(10) })
    const { also = [], ...rest } = jwt(encoded({ alg: 'ES256' }), payload, draw.base64url(64))
    return { ...rest, also: [...also, address] }
  }),
  format('jwt/none', 'word', (draw) => jwt(encoded({ alg: 'none' }), claims(draw), '')),
  format('jwt/encrypted', 'word', (draw) => {
    const head = encoded({ alg: 'RSA-OAEP', enc: 'A256GCM' })
    const parts = [draw.base64url(256), draw.base64url(12), draw.base64url(90), draw.base64url(16)]
    return { text: [head, ...parts].join('.'), secret: parts[2] ?? '', also: [parts[0] ?? '', parts[3] ?? ''] }
  }),
]
