// Addresses and connection strings with credentials: only the password is private, the user and the host must stay.
import type { CanaryClass } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'
import { named } from './define.ts'
import { plainPassword } from './passwords.ts'

function credentials(
  id: string,
  scheme: string,
  path: string,
  make: (draw: Draw) => string = plainPassword,
): CanaryClass {
  return named(id, 'line', (draw) => {
    const secret = make(draw)
    const user = draw.pick(['app_user', 'svc-reader', 'root', 'deploy'])
    const host = draw.host()
    return {
      text: `${scheme}://${user}:${secret}@${host}${path}`,
      secret,
      keep: [`${scheme}://${user}:`, `@${host}${path}`],
    }
  })
}

export const urlClasses: readonly CanaryClass[] = [
  credentials('url/postgres', 'postgres', ':5432/orders'),
  credentials('url/postgresql-driver', 'postgresql+asyncpg', ':5432/orders?sslmode=require'),
  credentials('url/mysql', 'mysql', ':3306/shop'),
  credentials('url/mongodb', 'mongodb+srv', '/test?retryWrites=true'),
  credentials('url/amqp', 'amqp', ':5672/vhost'),
  credentials('url/https', 'https', '/api/v1/items'),
  credentials('url/ftp', 'ftp', '/pub/file.txt'),
  // What a URL must escape: a colon, a slash, an at sign.
  credentials('url/escaped-password', 'postgres', ':5432/orders', (draw) =>
    encodeURIComponent(`${draw.alnum(8)}@${draw.alnum(8)}/${draw.alnum(8)}`),
  ),
  // What many clients take all the same.
  credentials('url/raw-marks', 'mysql', ':3306/shop', (draw) => `${draw.alnum(8)}!$${draw.alnum(9)}`),
  named('url/redis-no-user', 'line', (draw) => {
    const secret = plainPassword(draw)
    const host = draw.host()
    return { text: `redis://:${secret}@${host}:6379/0`, secret, keep: ['redis://:', `@${host}:6379/0`] }
  }),
  named('url/token-as-user', 'line', (draw) => {
    const secret = draw.alnum(36)
    return { text: `https://${secret}@git.example.com/team/app.git`, secret, keep: ['@git.example.com/team/app.git'] }
  }),
  named('url/token-and-x', 'line', (draw) => {
    const secret = draw.alnum(36)
    const text = `https://x-access-token:${secret}@git.example.com/team/app.git`
    return { text, secret, keep: ['https://x-access-token:', '@git.example.com/team/app.git'] }
  }),
  named('url/query', 'line', (draw) => {
    const secret = draw.alnum(32)
    const name = draw.pick(['api_key', 'apikey', 'access_token', 'token', 'client_secret', 'password', 'sig', 'auth'])
    const start = `https://api.example.com/v1/items?limit=10&${name}=`
    return { text: `${start}${secret}&page=2`, secret, keep: [start, '&page=2'] }
  }),
  named('url/fragment', 'line', (draw) => {
    const secret = draw.of('base64url', 48)
    const text = `https://app.example.com/callback#access_token=${secret}&token_type=bearer&expires_in=3600`
    return { text, secret, keep: ['https://app.example.com/callback#access_token=', 'expires_in=3600'] }
  }),
  named('connection/ado', 'line', (draw) => {
    const secret = plainPassword(draw)
    const start = `Server=tcp:${draw.host()},1433;Database=orders;User ID=app_user`
    const name = draw.pick(['Password', 'Pwd', 'password'])
    return { text: `${start};${name}=${secret};Encrypt=True`, secret, keep: [start, 'Encrypt=True'] }
  }),
  named('connection/libpq', 'line', (draw) => {
    const secret = plainPassword(draw)
    return {
      text: `host=${draw.host()} user=app_user password=${secret} dbname=orders`,
      secret,
      keep: ['user=app_user', 'dbname=orders'],
    }
  }),
  named('connection/jdbc', 'line', (draw) => {
    const secret = plainPassword(draw)
    const start = `jdbc:postgresql://${draw.host()}:5432/orders?user=app_user`
    return { text: `${start}&password=${secret}&ssl=true`, secret, keep: [start, '&ssl=true'] }
  }),
  named('connection/odbc', 'line', (draw) => {
    const secret = plainPassword(draw)
    return {
      text: `Driver={PostgreSQL};Uid=app_user;Pwd=${secret};Port=5432`,
      secret,
      keep: ['Uid=app_user', 'Port=5432'],
    }
  }),
]
