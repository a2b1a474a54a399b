// Headers of HTTP that carry credentials: Authorization in its schemes, cookies, keys of one's own.
import type { CanaryClass, Fragment } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'
import { named } from './define.ts'
import { markedPassword, plainPassword } from './passwords.ts'

/** `Header: scheme secret`. */
function header(id: string, names: readonly string[], scheme: string, make: (draw: Draw) => string): CanaryClass {
  return named(id, 'line', (draw) => {
    const name = draw.pick(names)
    const secret = make(draw)
    return { text: `${name}: ${scheme}${secret}`, secret, keep: [name] }
  })
}

const authorization = ['Authorization', 'authorization', 'AUTHORIZATION', 'Proxy-Authorization'] as const

function basic(draw: Draw, before: string): Fragment {
  const password = markedPassword(draw)
  const secret = Buffer.from(`${draw.word()}-user:${password}`).toString('base64')
  return { text: `${before}Basic ${secret}`, secret, also: [password], keep: ['Basic'] }
}

export const headerClasses: readonly CanaryClass[] = [
  header('header/bearer', authorization, 'Bearer ', (draw) => draw.alnum(40)),
  header(
    'header/bearer-marks',
    authorization,
    'Bearer ',
    (draw) => `${draw.alnum(20)}+${draw.alnum(10)}/${draw.alnum(12)}==`,
  ),
  named('header/bearer-alone', 'line', (draw) => {
    const secret = draw.alnum(36)
    return { text: `Bearer ${secret}`, secret, keep: ['Bearer'] }
  }),
  header('header/token', authorization, 'Token ', (draw) => draw.hex(40)),
  header('header/api-key-scheme', authorization, 'ApiKey ', (draw) => draw.base64(30)),
  header('header/no-scheme', authorization, '', (draw) => draw.alnum(32)),
  named('header/basic', 'line', (draw) => basic(draw, `${draw.pick(authorization)}: `)),
  named('header/basic-alone', 'line', (draw) => basic(draw, '')),
  named('header/digest', 'line', (draw) => {
    const secret = draw.hex(32)
    const start = `Authorization: Digest username="${draw.word()}", realm="backups", nonce="${draw.hex(16)}", uri="/v1"`
    return { text: `${start}, response="${secret}", qop=auth`, secret, keep: ['realm=', 'qop=auth'] }
  }),
  named('header/aws4', 'line', (draw) => {
    const secret = draw.hex(64)
    const key = `AKIA${draw.of('base32', 16)}`
    const scope = `${key}/20261120/eu-west-1/s3/aws4_request`
    const text = `Authorization: AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${secret}`
    return { text, secret, also: [key], keep: ['AWS4-HMAC-SHA256', 'SignedHeaders='] }
  }),
  header(
    'header/x-api-key',
    ['X-Api-Key', 'x-api-key', 'X-API-KEY', 'Api-Key', 'Ocp-Apim-Subscription-Key'],
    '',
    (draw) => draw.alnum(32),
  ),
  header(
    'header/x-token',
    ['X-Auth-Token', 'X-Access-Token', 'Private-Token', 'X-Vault-Token', 'X-CSRF-Token'],
    '',
    (draw) => draw.alnum(26),
  ),
  named('header/cookie', 'line', (draw) => {
    const secret = draw.alnum(32)
    const name = draw.pick(['sessionid', 'connect.sid', 'JSESSIONID', 'PHPSESSID', 'auth_token', '_session'])
    return { text: `Cookie: theme=dark; ${name}=${secret}; lang=en`, secret, keep: ['Cookie'] }
  }),
  named('header/set-cookie', 'line', (draw) => {
    const secret = draw.base64url(30)
    const name = draw.pick(['sid', 'session', 'laravel_session', 'refresh_token', '__Host-session'])
    return { text: `Set-Cookie: ${name}=${secret}; Path=/; HttpOnly; Secure`, secret, keep: ['Set-Cookie'] }
  }),
  named('header/as-json', 'line', (draw) => {
    const secret = draw.alnum(40)
    return {
      text: `{"headers":{"Authorization":"Bearer ${secret}","Accept":"*/*"}}`,
      secret,
      keep: ['Authorization', 'Accept'],
    }
  }),
  named('header/as-pairs', 'line', (draw) => {
    const secret = plainPassword(draw)
    return { text: `[["accept","*/*"],["x-api-key","${secret}"]]`, secret, keep: ['accept', 'x-api-key'] }
  }),
]
