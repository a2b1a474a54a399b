// Tokens of secret stores, planning and design tools.
import type { CanaryClass } from '../model/canary.ts'
import { bech32 } from '../model/checksums.ts'
import { token } from './define.ts'

export const toolClasses: readonly CanaryClass[] = [
  token('vault/service', (draw) => `hvs.CAESI${draw.of('base64url', 90)}`),
  token('vault/batch', (draw) => `hvb.AAAAAQ${draw.of('base64url', 150)}`),
  token('terraform/cloud', (draw) => `${draw.alnum(14)}.atlasv1.${draw.of('base64url', 67)}`),
  token('doppler/personal', (draw) => `dp.pt.${draw.alnum(43)}`),
  token('doppler/service', (draw) => `dp.st.prd.${draw.alnum(43)}`),
  token('pulumi/access', (draw) => `pul-${draw.hex(40)}`),
  token('age/secret-key', (draw) => bech32('age-secret-key-', draw.bytes(32)).toUpperCase()),
  token('1password/service-account', (draw) => {
    const claims = `{"signInAddress":"team.1password.com","userAuth":{"method":"SRPg-4096"},"muk":"${draw.base64url(180)}"}`
    return `ops_${Buffer.from(claims).toString('base64url')}`
  }),
  token('1password/secret-key', (draw) => {
    const groups = [6, 5, 5, 5, 5].map((length) => draw.of('upper36', length))
    return `A3-${draw.of('upper36', 6)}-${groups.join('-')}`
  }),
  token('linear/api-key', (draw) => `lin_api_${draw.alnum(40)}`),
  token('notion/integration', (draw) => `ntn_${draw.digits(11)}${draw.alnum(35)}`),
  token('notion/integration-old', (draw) => `secret_${draw.alnum(43)}`),
  token('figma/personal', (draw) => `figd_${draw.of('base64url', 40)}`),
  token('postman/api-key', (draw) => `PMAK-${draw.hex(24)}-${draw.hex(34)}`),
  token('airtable/personal', (draw) => `pat${draw.alnum(14)}.${draw.hex(64)}`),
  token('asana/personal', (draw) => `2/${draw.number(16)}/${draw.number(16)}:${draw.hex(32)}`),
  token('contentful/personal', (draw) => `CFPAT-${draw.of('base64url', 43)}`),
  token('typeform/personal', (draw) => `tfp_${draw.alnum(44)}_${draw.alnum(14)}`),
  token('hubspot/private-app', (draw) => `pat-na1-${draw.uuid()}`),
  token('openshift/user', (draw) => `sha256~${draw.of('base64url', 43)}`),
  token('tailscale/auth-key', (draw) => `tskey-auth-k${draw.alnum(11)}CNTRL-${draw.alnum(32)}`),
]
