// Private keys in PEM: RSA, EC, PKCS#8, encrypted, OpenSSH and PGP; the bodies begin as real ones do and are random bytes after that.
import type { CanaryClass, Fragment } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'
import { format } from './define.ts'

const LINE = 64

/** The lines of a body. @param head the base64 of what all keys of the kind begin with */
export function pemBody(draw: Draw, head: string, bytes: number, width = LINE): string[] {
  const whole = head + draw.base64(bytes - Math.floor((head.length * 3) / 4))
  return Array.from({ length: Math.ceil(whole.length / width) }, (_, index) =>
    whole.slice(index * width, (index + 1) * width),
  ).filter((line) => line.length >= 12)
}

/** The last line is the secret: a rule that stops early leaves that one. */
function keyOf(text: string, lines: readonly string[]): Fragment {
  const [secret = '', ...also] = lines.toReversed()
  return { text, secret, also }
}

function armoured(label: string, lines: readonly string[], headers: readonly string[] = []): string {
  return [`-----BEGIN ${label}-----`, ...headers, ...lines, `-----END ${label}-----`].join('\n')
}

function pem(id: string, label: string, head: string, bytes: number, width?: number): CanaryClass {
  return format(id, 'block', (draw) => {
    const lines = pemBody(draw, head, bytes, width)
    return keyOf(armoured(label, lines), lines)
  })
}

const rsa = (draw: Draw) => pemBody(draw, 'MIIEpAIBAAKCAQEA', 1192)

export const pemClasses: readonly CanaryClass[] = [
  pem('pem/rsa', 'RSA PRIVATE KEY', 'MIIEpAIBAAKCAQEA', 1192),
  pem('pem/ec', 'EC PRIVATE KEY', 'MHcCAQEEI', 121),
  pem('pem/dsa', 'DSA PRIVATE KEY', 'MIIBuwIBAAKBgQ', 447),
  pem('pem/pkcs8', 'PRIVATE KEY', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 1218),
  pem('pem/pkcs8-ed25519', 'PRIVATE KEY', 'MC4CAQAwBQYDK2VwBCIEI', 48),
  pem('pem/encrypted-pkcs8', 'ENCRYPTED PRIVATE KEY', 'MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG', 1312),
  format('pem/encrypted-rsa', 'block', (draw) => {
    const lines = rsa(draw)
    const iv = draw.hex(32).toUpperCase()
    return keyOf(
      armoured('RSA PRIVATE KEY', lines, ['Proc-Type: 4,ENCRYPTED', `DEK-Info: AES-128-CBC,${iv}`, '']),
      lines,
    )
  }),
  pem(
    'pem/openssh',
    'OPENSSH PRIVATE KEY',
    'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW',
    280,
    70,
  ),
  pem(
    'pem/openssh-rsa',
    'OPENSSH PRIVATE KEY',
    'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAABlwAAAAdzc2gtcn',
    1860,
    70,
  ),
  format('pem/escaped-lines', 'line', (draw) => {
    const lines = rsa(draw)
    const { text, ...rest } = keyOf(armoured('RSA PRIVATE KEY', lines), lines)
    return { text: `"key": "${text.replaceAll('\n', '\\n')}\\n"`, ...rest }
  }),
  format('pem/windows-lines', 'block', (draw) => {
    const lines = rsa(draw)
    const { text, ...rest } = keyOf(armoured('RSA PRIVATE KEY', lines), lines)
    return { text: text.replaceAll('\n', '\r\n'), ...rest }
  }),
  format('pem/one-line', 'line', (draw) => {
    const lines = rsa(draw)
    return keyOf(armoured('RSA PRIVATE KEY', lines).replaceAll('\n', ' '), lines)
  }),
  format('pem/no-end', 'block', (draw) => {
    // Cut off, as by `head` or by a limit of a tool's output.
    const lines = rsa(draw).slice(0, 12)
    return keyOf(['-----BEGIN RSA PRIVATE KEY-----', ...lines].join('\n'), lines)
  }),
  format('pgp/private', 'block', (draw) => {
    const lines = pemBody(draw, 'lQVYBGX', 960)
    const check = `=${draw.of('base64', 4)}`
    return keyOf(armoured('PGP PRIVATE KEY BLOCK', [...lines, check], ['Comment: made for a test', '']), lines)
  }),
  format('putty/private', 'block', (draw) => {
    const lines = pemBody(draw, 'AAAA', 90)
    const mac = draw.hex(64)
    const text = [
      'PuTTY-User-Key-File-3: ssh-ed25519',
      'Encryption: none',
      'Comment: deploy',
      `Private-Lines: ${lines.length}`,
      ...lines,
      `Private-MAC: ${mac}`,
    ].join('\n')
    return keyOf(text, lines)
  }),
]
