// Keys of payment and shop services.
import type { CanaryClass } from '../model/canary.ts'
import { namedValue, token } from './define.ts'

export const paymentClasses: readonly CanaryClass[] = [
  token('stripe/secret', (draw) => `sk_live_${draw.alnum(24)}`),
  token('stripe/secret-long', (draw) => `sk_live_51${draw.alnum(97)}`),
  token('stripe/secret-test', (draw) => `sk_test_51${draw.alnum(97)}`),
  token('stripe/restricted', (draw) => `rk_live_51${draw.alnum(97)}`),
  token('stripe/webhook', (draw) => `whsec_${draw.alnum(32)}`),
  token('square/access', (draw) => `EAAA${draw.of('base64url', 60)}`),
  token('square/personal', (draw) => `sq0atp-${draw.of('base64url', 22)}`),
  token('square/oauth-secret', (draw) => `sq0csp-${draw.of('base64url', 43)}`),
  token('braintree/access', (draw) => `access_token$production$${draw.of('base36', 16)}$${draw.hex(32)}`),
  namedValue(
    'paypal/client-secret',
    ['PAYPAL_CLIENT_SECRET', 'paypal_secret'],
    (draw) => `E${draw.of('base64url', 79)}`,
  ),
  token('shopify/access', (draw) => `shpat_${draw.hex(32)}`),
  token('shopify/custom-app', (draw) => `shpca_${draw.hex(32)}`),
  token('shopify/private-app', (draw) => `shppa_${draw.hex(32)}`),
  token('shopify/shared-secret', (draw) => `shpss_${draw.hex(32)}`),
  token('flutterwave/secret', (draw) => `FLWSECK-${draw.hex(32)}-X`),
  token('razorpay/key', (draw) => `rzp_live_${draw.alnum(14)}`),
  namedValue('plaid/secret', ['PLAID_SECRET', 'plaid_secret'], (draw) => draw.hex(30)),
]
