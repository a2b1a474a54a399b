import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCanaries } from '../make.ts'
import { makeNegatives } from './make.ts'
import { sampleLines } from './real-lines.ts'
import { rightlyMasked } from './rightly-masked.ts'
import type { SourceRoot } from './source-roots.ts'

describe('negatives', () => {
  const many = [...makeNegatives({ seed: 1, count: 6000 })]

  test('are thousands, no two the same, and the same for a seed', () => {
    expect(new Set(many.map(({ text }) => text)).size).toBe(6000)
    expect([...makeNegatives({ seed: 1, count: 500 })]).toEqual(many.slice(0, 500))
    expect([...makeNegatives({ seed: 2, count: 500 })]).not.toEqual(many.slice(0, 500))
  })

  test('are of every group, with every blank filled', () => {
    expect(new Set(many.map(({ kind }) => kind.split('/')[0]))).toEqual(
      new Set(['code', 'id', 'address-like', 'phone-like']),
    )
    expect(many.filter(({ text }) => /\{(?:telling|Telling|snake|UPPER|noun|Noun|n|small)\}/.test(text))).toEqual([])
  })

  test('end when there are no more, and hold nothing that is planted elsewhere', () => {
    const secrets = [...makeCanaries({ seed: 1, count: 800 })].map(({ secret }) => secret)
    expect(secrets.filter((secret) => many.some(({ text }) => text.includes(secret)))).toEqual([])
    expect([...makeNegatives({ seed: 1, count: 0 })]).toEqual([])
  })
})

describe('lines of real code', () => {
  let directory = ''
  let roots: readonly SourceRoot[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-lines-'))
    await mkdir(join(directory, 'tests'))
    const lines = Array.from(
      { length: 60 },
      (_, n) => `const token${n} = await getToken(${n})\nexport const value${n} = ${n}`,
    )
    await writeFile(join(directory, 'a.js'), `${lines.join('\n')}\nconst password = 'hunter2-really'\n`)
    await writeFile(join(directory, 'tests/b.js'), 'const neverRead = getToken(1)\n')
    roots = [{ name: 'npm', directory, ends: ['.js'] }]
  })

  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('are chosen by the seed, half of them speak of secrets, tests are left out', async () => {
    const first = await sampleLines(1, 40, roots)
    expect(first.lines).toHaveLength(40)
    expect(first.lines.filter(({ text }) => text.includes('getToken'))).toHaveLength(20)
    expect(first).toEqual(await sampleLines(1, 40, roots))
    expect(first.lines).not.toEqual((await sampleLines(2, 40, roots)).lines)
    expect(first.excluded).toEqual({ 'a literal given to a telling name': 1 })
    expect(first.lines.some(({ text }) => text.includes('neverRead'))).toBe(false)
  })

  test('a line that only speaks of secrets is never left out', () => {
    const speaking = fc.constantFrom('token', 'password', 'apiKey', 'secret')
    const around = fc.constantFrom(
      'if (X == nil) {',
      'X: string',
      'get(X)',
      'X = os.environ["X"]',
      'X := conf.X()',
      "X: ''",
    )
    fc.assert(
      fc.property(speaking, around, (name, line) => {
        expect(rightlyMasked(line.replaceAll('X', name))).toBeUndefined()
      }),
    )
  })

  test.each([
    ['an e-mail address', ' * @author Jane Doe <jane.doe@example.com>'],
    ['a literal given to a telling name', "auth({ password: 'hunter2-really' })"],
    ['a password in a URL', "connect('redis://:correct-horse@localhost:6379')"],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----'],
    ['an example of a header', '// Authorization: Basic dXNlcjpwYXNz'],
  ])('left out is %s', (reason, line) => {
    expect(rightlyMasked(line)).toBe(reason)
  })
})
