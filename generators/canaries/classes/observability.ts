// Keys of monitoring, alerting and feature-flag services.
import type { CanaryClass } from '../model/canary.ts'
import { crcHex } from '../model/checksums.ts'
import { format, namedValue, token } from './define.ts'

export const observabilityClasses: readonly CanaryClass[] = [
  namedValue('datadog/api-key', ['DD_API_KEY', 'DATADOG_API_KEY', 'datadog_api_key'], (draw) => draw.hex(32)),
  namedValue('datadog/app-key', ['DD_APP_KEY', 'DATADOG_APP_KEY', 'datadog_app_key'], (draw) => draw.hex(40)),
  token('newrelic/user', (draw) => `NRAK-${draw.of('upper36', 27)}`),
  token('newrelic/licence', (draw) => `${draw.hex(36)}NRAL`),
  token('sentry/organisation', (draw) => {
    const claims = `{"iat":17${draw.digits(8)}.${draw.digits(6)},"url":"https://sentry.io","region_url":"https://us.sentry.io","org":"${draw.word()}"}`
    return `sntrys_${Buffer.from(claims).toString('base64')}_${draw.of('base64', 43)}`
  }),
  token('sentry/user', (draw) => `sntryu_${draw.hex(64)}`),
  format('sentry/dsn', 'line', (draw) => {
    const secret = draw.hex(32)
    const host = `o${draw.number(6)}.ingest.sentry.io/${draw.number(7)}`
    return { text: `https://${secret}@${host}`, secret, keep: [host] }
  }),
  token('grafana/service-account', (draw) => {
    const random = draw.alnum(32)
    return `glsa_${random}_${crcHex(random)}`
  }),
  token('grafana/cloud', (draw) => {
    const claims = `{"o":"${draw.number(6)}","n":"${draw.word()}","k":"${draw.alnum(24)}","m":{"r":"eu"}}`
    return `glc_${Buffer.from(claims).toString('base64')}`
  }),
  namedValue('pagerduty/by-name', ['PAGERDUTY_TOKEN', 'PAGERDUTY_API_KEY', 'pagerduty_api_key'], (draw) =>
    draw.of('base64url', 20),
  ),
  token('dynatrace/token', (draw) => `dt0c01.${draw.of('base32', 24)}.${draw.of('base32', 64)}`),
  token('launchdarkly/sdk', (draw) => `sdk-${draw.uuid()}`),
  token('honeycomb/ingest', (draw) => `hcaik_01${draw.of('base36', 56)}`),
  namedValue('rollbar/by-name', ['ROLLBAR_ACCESS_TOKEN', 'rollbar_token'], (draw) => draw.hex(32)),
  namedValue('splunk/by-name', ['SPLUNK_HEC_TOKEN', 'splunk_token'], (draw) => draw.uuid()),
]
