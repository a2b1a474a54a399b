// Tokens and webhooks of chat, mail and telephony services; a webhook's address is itself the credential.
import type { CanaryClass } from '../model/canary.ts'
import { format, namedValue, token } from './define.ts'

export const chatClasses: readonly CanaryClass[] = [
  token('slack/bot', (draw) => `xoxb-${draw.number(12)}-${draw.number(13)}-${draw.alnum(24)}`),
  token('slack/user', (draw) => `xoxp-${draw.number(12)}-${draw.number(12)}-${draw.number(13)}-${draw.hex(32)}`),
  token('slack/app', (draw) => `xapp-1-A${draw.of('upper36', 10)}-${draw.number(13)}-${draw.hex(64)}`),
  token('slack/refresh', (draw) => `xoxe-1-${draw.alnum(146)}`),
  token('slack/config', (draw) => `xoxe.xoxp-1-${draw.alnum(163)}`),
  format('slack/webhook', 'line', (draw) => {
    const secret = draw.alnum(24)
    const place = `T${draw.of('upper36', 10)}/B${draw.of('upper36', 10)}`
    return { text: `https://hooks.slack.com/services/${place}/${secret}`, secret }
  }),
  format('discord/webhook', 'line', (draw) => {
    const secret = draw.of('base64url', 68)
    return { text: `https://discord.com/api/webhooks/${draw.number(19)}/${secret}`, secret }
  }),
  token('discord/bot', (draw) => {
    const user = Buffer.from(draw.number(18)).toString('base64url')
    return `${user}.${draw.of('base64url', 6)}.${draw.of('base64url', 38)}`
  }),
  token('telegram/bot', (draw) => `${draw.number(10)}:AA${draw.of('base64url', 33)}`),
  format('teams/webhook', 'line', (draw) => {
    const secret = draw.hex(32)
    const place = `${draw.uuid()}@${draw.uuid()}`
    const text = `https://contoso.webhook.office.com/webhookb2/${place}/IncomingWebhook/${secret}/${draw.uuid()}`
    return { text, secret }
  }),
  token('twilio/api-key-sid', (draw) => `SK${draw.hex(32)}`),
  namedValue('twilio/auth-token', ['TWILIO_AUTH_TOKEN', 'twilioAuthToken', 'twilio_auth_token'], (draw) =>
    draw.hex(32),
  ),
  token('sendgrid/api-key', (draw) => `SG.${draw.of('base64url', 22)}.${draw.of('base64url', 43)}`),
  token('mailgun/private-key', (draw) => `key-${draw.hex(32)}`),
  namedValue(
    'mailgun/by-name',
    ['MAILGUN_API_KEY', 'mailgun_api_key'],
    (draw) => `${draw.hex(32)}-${draw.hex(8)}-${draw.hex(8)}`,
  ),
  token('mailchimp/api-key', (draw) => `${draw.hex(32)}-us${draw.int(1, 21)}`),
  token('brevo/api-key', (draw) => `xkeysib-${draw.hex(64)}-${draw.alnum(16)}`),
]
