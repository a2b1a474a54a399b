import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MachineError } from '../../../core/errors.ts'
import { makeCanaries } from '../../../generators/canaries/make.ts'
import { makeNegatives } from '../../../generators/canaries/negatives/make.ts'
import { linesOf } from './judge.ts'
import { pastMarks, scanTexts, seatJudges } from './judges.ts'

const { judges, missing } = await seatJudges(() => {})
const canaries = [...makeCanaries({ seed: 1, count: 6000 })].filter(({ encoding }) => encoding === 'plain')
/** Formats that every scanner knows. */
const KNOWN = ['github/ghp', 'gitlab/personal', 'slack/bot', 'stripe/secret-long', 'anthropic/api-key', 'pem/rsa']

test('a judge that is not there says why', () => {
  for (const { reason } of missing) expect(reason.length).toBeGreaterThan(20)
  expect(judges.length + missing.length).toBe(2)
})

describe.each(judges)('$name', (judge) => {
  test('finds canaries whose format is known to everybody, and tells where', async () => {
    const known = canaries.filter((canary) => KNOWN.includes(canary.class))
    const findings = await scanTexts(
      judge,
      known.map(({ text }) => text),
    )
    const seen = new Set(findings.map(({ text }) => known[text]?.class))
    expect(KNOWN.filter((name) => !seen.has(name))).toEqual([])
    for (const { text, match, line, rule } of findings) {
      expect([rule, line >= 1]).toEqual([expect.stringMatching(/./), true])
      expect(known[text]?.text.replaceAll('\\n', '\n') ?? '', rule).toContain(match.split('\n')[0])
    }
  })

  test('finds every occurrence, and nothing in what is masked', async () => {
    const text = canaries.find((canary) => canary.class === 'github/ghp')?.text ?? ''
    const findings = await scanTexts(judge, [text, 'token [REDACTED_API_KEY] of [REDACTED_EMAIL]', text])
    expect(new Set(findings.map((finding) => finding.text))).toEqual(new Set([0, 2]))
  })

  test('takes few of the negatives for secrets', async () => {
    const negatives = [...makeNegatives({ seed: 1, count: 800 })]
    const findings = await scanTexts(
      judge,
      negatives.map(({ text }) => text),
    )
    expect(new Set(findings.map(({ text }) => text)).size).toBeLessThan(40)
  })
})

test('a mark in the place of a secret is no finding, what is left beside it is one', async () => {
  const matches = [
    '[REDACTED_API_KEY]',
    '"password": "[REDACTED_API_KEY]"',
    'hunter2-really',
    '[REDACTED_EMAIL]-and-more',
  ]
  const scan = async () =>
    matches.map((match) => ({ judge: 'kingfisher' as const, rule: 'r', file: 'f', line: 1, match }))
  const found = await pastMarks({ name: 'kingfisher', version: '0', scan }).scan('/')
  expect(found.map(({ match }) => match)).toEqual(['hunter2-really', '[REDACTED_EMAIL]-and-more'])
})

describe('a scanner', () => {
  let directory = ''

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-judges-test-'))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  const script = async (text: string): Promise<string> => {
    const file = join(directory, 'scanner')
    await writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    return file
  }

  test('that fails is told, and no finding is taken from it', async () => {
    const program = await script('echo \'{"a":1}\'; exit 3')
    await expect(linesOf({ program, args: [], codes: [200] })).rejects.toThrow(MachineError)
  })

  test('may say by its code that it found something', async () => {
    const program = await script('echo \'{"a":1}\'; echo noise; exit 200')
    expect(await linesOf({ program, args: [], codes: [200] })).toEqual([{ a: 1 }])
  })
})
