// Credentials of cloud platforms, in the formats that their documentation shows.
import type { CanaryClass } from '../model/canary.ts'
import { format, named, namedValue, token } from './define.ts'
import { pemBody } from './pem.ts'

export const cloudClasses: readonly CanaryClass[] = [
  token('aws/access-key-id', (draw) => `AKIA${draw.of('base32', 16)}`),
  token('aws/temporary-access-key-id', (draw) => `ASIA${draw.of('base32', 16)}`),
  namedValue(
    'aws/secret-access-key',
    ['aws_secret_access_key', 'AWS_SECRET_ACCESS_KEY', 'secretAccessKey', 'SecretAccessKey'],
    (draw) => draw.of('base64', 40),
  ),
  namedValue(
    'aws/session-token',
    ['aws_session_token', 'AWS_SESSION_TOKEN', 'sessionToken', 'SessionToken'],
    (draw) => `IQoJb3JpZ2luX2Vj${draw.base64(draw.int(100, 200) * 3)}`,
  ),
  token('aws/bedrock-api-key', (draw) => `ABSK${draw.base64(99)}`),
  token('gcp/api-key', (draw) => `AIza${draw.of('base64url', 35)}`),
  token('gcp/oauth-access-token', (draw) => `ya29.a0${draw.of('base64url', draw.int(140, 210))}`),
  token('gcp/oauth-client-secret', (draw) => `GOCSPX-${draw.of('base64url', 28)}`),
  format('gcp/service-account-file', 'block', (draw) => {
    const lines = pemBody(draw, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 1218)
    const key = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
    const project = `${draw.word()}-${draw.number(6)}`
    const file = {
      type: 'service_account',
      project_id: project,
      private_key_id: draw.hex(40),
      private_key: key,
      client_email: `deployer@${project}.iam.gserviceaccount.com`,
      token_uri: 'https://oauth2.googleapis.com/token',
    }
    const [secret = '', ...also] = lines.toReversed()
    return {
      text: JSON.stringify(file, null, 2),
      secret,
      also: [...also, file.private_key_id],
      keep: ['service_account'],
    }
  }),
  named('azure/storage-connection-string', 'line', (draw) => {
    const account = `${draw.word()}${draw.digits(4)}`
    const secret = draw.base64(64)
    const head = `DefaultEndpointsProtocol=https;AccountName=${account}`
    const tail = 'EndpointSuffix=core.windows.net'
    return { text: `${head};AccountKey=${secret};${tail}`, secret, keep: [head, tail] }
  }),
  named('azure/sas-signature', 'line', (draw) => {
    const secret = encodeURIComponent(draw.base64(32))
    const address = `https://${draw.word()}.blob.core.windows.net/backups/day.tar`
    return { text: `${address}?sv=2024-11-04&ss=b&sp=r&sig=${secret}&se=2027-01-01`, secret, keep: [address] }
  }),
  named('azure/service-bus', 'line', (draw) => {
    const secret = draw.base64(32)
    const head = `Endpoint=sb://${draw.word()}.servicebus.windows.net/`
    return { text: `${head};SharedAccessKeyName=sender;SharedAccessKey=${secret}`, secret, keep: [head, 'sender'] }
  }),
  token('azure/client-secret', (draw) => `${draw.alnum(3)}${draw.digits(1)}Q~${draw.alnum(34)}`),
  namedValue('alibaba/secret', ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'alicloud_secret_key'], (draw) => draw.alnum(30)),
  token('alibaba/access-key-id', (draw) => `LTAI5t${draw.alnum(18)}`),
  token('digitalocean/personal', (draw) => `dop_v1_${draw.hex(64)}`),
  token('digitalocean/oauth', (draw) => `doo_v1_${draw.hex(64)}`),
  token('digitalocean/refresh', (draw) => `dor_v1_${draw.hex(64)}`),
  namedValue('heroku/api-key', ['HEROKU_API_KEY', 'heroku_api_key', 'herokuToken'], (draw) => draw.uuid()),
  namedValue('cloudflare/api-token', ['CLOUDFLARE_API_TOKEN', 'CF_API_TOKEN'], (draw) => draw.of('base64url', 40)),
  token('netlify/personal', (draw) => `nfp_${draw.alnum(36)}`),
  namedValue('vercel/token', ['VERCEL_TOKEN', 'vercelToken'], (draw) => draw.alnum(24)),
  token('databricks/personal', (draw) => `dapi${draw.hex(32)}`),
  token('supabase/personal', (draw) => `sbp_${draw.hex(40)}`),
  token('planetscale/token', (draw) => `pscale_tkn_${draw.of('base64url', 43)}`),
  token('planetscale/password', (draw) => `pscale_pw_${draw.of('base64url', 43)}`),
]
