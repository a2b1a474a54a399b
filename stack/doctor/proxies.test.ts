import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkProxies, proxyHost } from './proxies.ts'
import { fakeSystem } from './testing/fake-system.ts'

const check = (env: Record<string, string>) => checkProxies(fakeSystem({ env: { SHELL: '/bin/bash', ...env } }))

test('no proxy is well, an empty variable is none', () => {
  expect(check({}).verdict).toBe('ok')
  expect(check({ HTTP_PROXY: '', https_proxy: '' }).verdict).toBe('ok')
})

test.each(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'])(
  '%s without NO_PROXY takes the telemetry away',
  (name) => {
    const finding = check({ [name]: 'http://proxy.corp:3128' })
    expect(finding.verdict).toBe('warn')
    expect(finding.message).toContain(`${name} (proxy.corp:3128)`)
  },
)

test.each([
  [{ NO_PROXY: '127.0.0.1,localhost' }, 'ok'],
  [{ no_proxy: 'a.b, localhost ,127.0.0.1' }, 'ok'],
  [{ NO_PROXY: '*' }, 'ok'],
  [{ NO_PROXY: 'localhost' }, 'warn'],
  [{ NO_PROXY: '127.0.0.0/8,localhost' }, 'warn'],
  [{ NO_PROXY: '127.0.0.1,localhost', no_proxy: 'a.b' }, 'warn'],
  [{ NO_PROXY: 'notlocalhost,1127.0.0.1' }, 'warn'],
])('%j: %s', (env, verdict) => {
  expect(check({ HTTPS_PROXY: 'http://p:1', ...env }).verdict).toBe(verdict)
})

test.each([
  [{ no_proxy: '127.0.0.1,localhost' }, 'ok'],
  [{ NO_PROXY: '127.0.0.1,localhost' }, 'warn'],
  [{ no_proxy: 'a.b, 127.0.0.1, localhost' }, 'warn'],
  [{ no_proxy: '*' }, 'warn'],
  [{ no_proxy: '*', no_grpc_proxy: '127.0.0.1,localhost' }, 'ok'],
  [{ no_proxy: '127.0.0.1,localhost', no_grpc_proxy: 'a.b' }, 'warn'],
])('with a proxy that gRPC reads, %j: %s', (env, verdict) => {
  for (const name of ['grpc_proxy', 'https_proxy', 'http_proxy']) {
    const finding = check({ [name]: 'http://p:1', ...env })
    expect(finding.verdict).toBe(verdict)
    if (verdict === 'warn') expect(finding.message).toContain('as gRPC reads it')
  }
})

test('the advice for `*` keeps it, and gives gRPC a list of its own', () => {
  expect(check({ https_proxy: 'http://p:1', NO_PROXY: '*' }).advice).toContain(
    "`export NO_PROXY='*'; export no_proxy='*'; export no_grpc_proxy='127.0.0.1,localhost'`",
  )
})

test('the advice is the exact line for the person’s shell, and keeps what is exempt already', () => {
  const env = { HTTP_PROXY: 'http://p:1', NO_PROXY: 'a.b,localhost' }
  const list = "'a.b,localhost,127.0.0.1'"
  expect(check(env).advice).toContain(`\`export NO_PROXY=${list}; export no_proxy=${list}\``)
  expect(check({ ...env, SHELL: '/usr/bin/fish' }).advice).toContain(`\`set -gx NO_PROXY ${list}; set -gx no_proxy`)
})

test.each([
  ['http://proxy:3128', 'proxy:3128'],
  ['proxy:3128', 'proxy:3128'],
  ['socks5h://10.0.0.1:1080/', '10.0.0.1:1080'],
  ['http://[::1]:3128', '[::1]:3128'],
  ['http://u:p@proxy:3128', 'proxy:3128'],
  ['u:p@proxy', 'proxy'],
  ['http://u:a/b#c?d@e@proxy:3128/x', 'proxy:3128'],
  ['http://user:secret', 'not shown'],
])('of %s it shows %s', (value, shown) => {
  expect(proxyHost(value)).toBe(shown)
})

test('never prints the credentials in a proxy’s address', () => {
  const secret = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }).map((text) => `<${text}>`)
  fc.assert(
    fc.property(secret, secret, fc.constantFrom('http://', 'https://', ''), (user, password, scheme) => {
      const { message, advice } = check({ HTTPS_PROXY: `${scheme}${user}:${password}@proxy:3128` })
      expect(message + advice).not.toContain(user)
      expect(message + advice).not.toContain(password)
      expect(message).toContain('(proxy:3128)')
    }),
    { seed: 1, numRuns: 500 },
  )
})
