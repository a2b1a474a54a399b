// What the policy's patterns change and what they leave, in JavaScript; suites/policy-layers.test.ts holds the other layers to the same.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NAMES, PLAIN, SUSPECT } from './identity.ts'
import { maskText } from './mask-text.ts'
import { readPolicy } from './policy.ts'

fc.configureGlobal({ seed: 1 })

const policy = await readPolicy(join(import.meta.dirname, 'sanitization.yaml'), 'stack/policy/sanitization.yaml')
const mask = maskText(policy)

const KEY = '[REDACTED_API_KEY]'
const EMAIL = '[REDACTED_EMAIL]'
const PHONE = '[REDACTED_PHONE]'

const tokens = [
  `sk-ant-api03-${'aB3-_'.repeat(8)}`,
  `sk-${'aB3'.repeat(8)}`,
  `ghp_${'aB3'.repeat(12)}`,
  `gho_${'aB3'.repeat(12)}`,
  `github_pat_${'aB3_'.repeat(8)}`,
  `glpat-${'aB3-'.repeat(5)}`,
  'xoxb-123456789012-1234567890123-aBcDeFgHiJkLmNoPqRsTuVwX',
  'AKIAIOSFODNN7EXAMPLE',
  `AIza${'aB3-_'.repeat(7)}`,
  `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${'aB3'.repeat(14)}`,
]
const emails = ['alice@example.com', 'a.b+c_d%e@mail.example.co.uk', 'A-1@x-y.example.org']
const phones = [
  '555-123-4567',
  '555.123.4567',
  '(555) 123-4567',
  '(555)123-4567',
  '+1 555 123 4567',
  '+1 (555) 123-4567',
  '+49 170 1234567',
  '+4915112345678',
  '+1-555-123-4567',
]

describe('private text', () => {
  test.each(tokens)('the token %s is replaced whole', (token) => {
    expect(mask(token)).toBe(KEY)
    expect(mask(`use ${token}, please`)).toBe(`use ${KEY}, please`)
    expect(mask(`"${token}"`)).toBe(`"${KEY}"`)
    expect(mask(`(${token})`)).toBe(`(${KEY})`)
  })

  test.each(emails)('the address %s is replaced whole', (email) => {
    for (const [before, after] of [
      ['', ''],
      ['<', '>'],
      ['mail to ', ', please'],
      ['"', '"'],
      ['(', ').'],
      ['a;', ';b'],
    ])
      expect(mask(`${before}${email}${after}`)).toBe(`${before}${EMAIL}${after}`)
  })

  test.each(phones)('the number %s is replaced whole', (phone) => {
    for (const [before, after] of [
      ['', ''],
      ['call ', ' now'],
      ['"', '"'],
      ['tel ', '.'],
    ])
      expect(mask(`${before}${phone}${after}`)).toBe(`${before}${PHONE}${after}`)
  })

  test.each([
    ['Authorization: Bearer abcdefgh12345678', `Authorization: Bearer ${KEY}`],
    ['authorization: basic YWxpY2U6cHc=', `authorization: basic ${KEY}`],
    ['-H "Authorization: Bearer abcdefgh12345678"', `-H "Authorization: Bearer ${KEY}"`],
    ['bearer abcdefgh12345678', `bearer ${KEY}`],
    ['GITHUB_TOKEN=abc12345', `GITHUB_TOKEN=${KEY}`],
    ['export DB_PASSWORD="hunter2"; ls', `export DB_PASSWORD="${KEY}"; ls`],
    ["PASSWD='hunter2'", `PASSWD='${KEY}'`],
    ['api_key: abc12345', `api_key: ${KEY}`],
    ['apiKey = abc12345', `apiKey = ${KEY}`],
    ['X-API-Key: abc12345', `X-API-Key: ${KEY}`],
    ['{"token":"abc12345","max_tokens":100}', `{"token":"${KEY}","max_tokens":100}`],
    ['{"client_secret" : "plain value, all of it"}', `{"client_secret" : "${KEY}"}`],
    ['https://x.example/items?api_key=abc12345&limit=10', `https://x.example/items?api_key=${KEY}&limit=10`],
    ['password: hunter2\ntoken: abc12345', `password: ${KEY}\ntoken: ${KEY}`],
    ["sudo sh -c 'PASSWORD='\\''a b, c'\\'' run'", `sudo sh -c 'PASSWORD='\\''${KEY}'\\'' run'`],
    ['ENV DB_PASS NtW.RjZm8b_w9V8aPH72', `ENV DB_PASS ${KEY}`],
    ['password%3DbDAmrHbppvSR%26ssl%3Dtrue', `password%3D${KEY}%26ssl%3Dtrue`],
    ['the%20secret%20key%20is%20sze5ejMWtstKip9H', `the%20secret%20key%20is%20${KEY}`],
    ['(Cookie: theme=dark; sid=tQHfjWw5; lang=en), which', `(Cookie: ${KEY} which`],
    ['user%3Djane.doe%40mail.example.net%20status%3D200', `user%3D${EMAIL}%20status%3D200`],
    ['"x\\nphone: 06 6153 2680\\ny"', `"x\\nphone: ${PHONE}\\ny"`],
    ['call 0033 6 71 26 70 33, or 06 16 92 95 21', `call ${PHONE}, or ${PHONE}`],
    ['%2B43%C2%A01%C2%A05440249', PHONE],
    [
      `Private-Lines: 1\n${'aB3/'.repeat(9)}\nPrivate-MAC: ${'0a'.repeat(32)}\nmake it`,
      `Private-Lines: 1${KEY}\nPrivate-MAC: ${KEY}\nmake it`,
    ],
    [
      `-----BEGIN RSA PRIVATE KEY-----\n${'aB3/'.repeat(16)}\nmake it`,
      `-----BEGIN RSA PRIVATE KEY-----${KEY}\nmake it`,
    ],
  ])('of %j only the value is replaced', (text, expected) => {
    expect(mask(text)).toBe(expected)
  })
})

describe('text inside JSON', () => {
  const secrets: [string, string][] = [
    ...tokens.map((text): [string, string] => [text, KEY]),
    ...emails.map((text): [string, string] => [text, EMAIL]),
    ...['555-123-4567', '+1 555 123 4567', '(555) 123-4567'].map((text): [string, string] => [text, PHONE]),
  ]

  test.each(secrets)(
    '%s is found after every escape, whose letter is neither taken nor left out',
    (secret, expected) => {
      for (const escaped of ['\n', '\t', '\r', '\f', '\b', '"', '\\', '/']) {
        const once = (text: string) => JSON.stringify({ command: `x${escaped}${text}${escaped}y` })
        expect(mask(once(secret))).toBe(once(expected))
        const twice = (text: string) => JSON.stringify({ input: once(text) })
        expect(mask(twice(secret))).toBe(twice(expected))
      }
    },
  )

  test('an assignment is found however often its quotes are escaped', () => {
    const nested = (text: string, depth: number): string =>
      depth === 0 ? `{"password":"${text}"}` : JSON.stringify({ a: nested(text, depth - 1) })
    for (const depth of [0, 1, 2, 3]) expect(mask(nested('hunter2', depth))).toBe(nested(KEY, depth))
    const lines = (text: string) => JSON.stringify(`cd app\nexport GITHUB_TOKEN=${text}\nls`)
    expect(mask(lines('abc12345'))).toBe(lines(KEY))
  })
})

test.each([
  '3f2b8c1e-1234-4abc-8def-0123456789ab',
  'max_tokens=4096 input_tokens: 17 "output_tokens":5',
  'tokenizer: bpe, token_count=5',
  'the secret is in the sauce; a token of thanks to the secretary',
  'secrets/readme.md, lib/secret_santa.ts, src/token.ts and passwords.md',
  'cost 0.07231963519, 2873625.07639408864 and {"n":0.07333444277}',
  'commit da39a3ee5e6b4b0d3255bfef95601890afd80709',
  `sha256:${'0123456789abcdef'.repeat(4)}`,
  'req_011CAbCdEfGhIjKlMnOpQrSt',
  'user@ is no address, nor is deploy@localhost',
  '@decorator({ once: true })',
  'react@18.2.0 and @types/node@26.6.6',
  '2026-11-23T21:28:27.047Z',
  '1763933307047 1763933307047000000',
  '192.168.1.100 and 2001:db8::1',
  '10-20-30, 555-1234 and 12:34:56.789',
  'v1.22.333 and 3.141.5926',
  'risk-free task-list disk-space-is-low',
  'bearer of bad news',
  'ghp_short sk-short AKIASHORT',
  'constructor(private readonly api_key: ApiKeyStore, limit = 1289) {',
  'const newToken = blockToCharToken(subBlock);',
  'let secret = std::env::var("GITHUB_TOKEN")?;',
  'parser.add_argument("--auth_token", help="the password", default=None)',
  'vault kv get -field=password kv/user/6481',
  'password: !vault client-4775',
  'CLIENT_SECRET=xxxxxxxxxxxxxxxx',
  'systemctl restart invoices@54.service',
  '(320) 487/9136 passed, order ORD-0870-191161',
  '00000056  46 91 08 88 98 63 87 22',
  '30627550-0026-4749-8492-773416365431',
  '(123) 456',
  '1 + 2 = 3, +5 and +12 34',
])('%j only looks private and stays as it is', (text) => {
  expect(mask(text)).toBe(text)
  expect(mask(JSON.stringify(text))).toBe(JSON.stringify(text))
})

describe('masking', () => {
  const piece = fc.oneof(
    // Not glued together: a form of fixed length ends in the middle of a longer word, where the next one would begin.
    fc.constantFrom(...tokens, ...emails, ...phones, KEY, EMAIL, PHONE).map((text) => ` ${text} `),
    fc.constantFrom(
      'token',
      'password=',
      'secret: ',
      'api_key":"',
      'Authorization: ',
      'Bearer ',
      'basic ',
      '\\n',
      '\\"',
      '"',
      "'",
      ' ',
      '\n',
      ';',
      '&',
      '=',
      ':',
      '+',
      '-',
      '@',
      '.com',
      '(',
      '555',
      '/',
    ),
    fc.string({ maxLength: 4 }),
  )
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))

  test('again, at the next layer, changes nothing', () => {
    fc.assert(
      fc.property(text, (each) => mask(mask(each)) === mask(each)),
      { numRuns: 2_000 },
    )
  })

  test('leaves no token, address or number that stands alone in any text', () => {
    const secret = fc.constantFrom(...tokens, ...emails, ...phones)
    const gap = fc.constantFrom(' ', '\n', '\t', ' ; ', ' , ')
    fc.assert(
      fc.property(fc.lorem(), gap, secret, gap, fc.lorem(), (before, left, each, right, after) => {
        const masked = mask(`${before}${left}${each}${right}${after}`)
        expect(masked).not.toContain(each)
        expect(masked).toMatch(/\[REDACTED_(API_KEY|EMAIL|PHONE)\]/)
        expect(masked.startsWith(before) && masked.endsWith(after)).toBe(true)
      }),
    )
  })
})

test('the database counts the same names towards identity, of the same form', async () => {
  const sql = await readFile(join(import.meta.dirname, '../clickhouse/schema/002-functions.sql'), 'utf8')
  const functionOf = (name: string) => sql.split(`FUNCTION ${name} AS`)[1]?.split(';\n\n')[0] ?? ''
  const literals = (name: string) =>
    [...functionOf(name).matchAll(/'((?:''|[^'])*)'/g)].map(([, body = '']) => body.replaceAll('\\\\', '\\'))
  expect(literals('telemetry_plain_names')).toEqual(NAMES)
  expect(literals('telemetry_plain')).toEqual([`^${PLAIN}$`])
  expect(literals('telemetry_suspect')).toEqual([SUSPECT])
})
