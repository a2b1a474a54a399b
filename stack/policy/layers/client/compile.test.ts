import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stackDirectory } from '../../../../core/paths.ts'
import { readDocument } from '../../../client/sanitizer/document.ts'
import { Masker } from '../../../client/sanitizer/masker.ts'
import { readPolicy } from '../../policy.ts'
import { applyPolicy } from '../apply.ts'
import { compileForClient } from './compile.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'policy-'))
  for (const file of ['policy/sanitization.yaml', 'collector/sanitization.yaml', 'client/policy.json'])
    await cp(join(stackDirectory, file), join(directory, file))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('what is in the repository is what the policy compiles to', async () => {
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'the policy')
  expect(await readFile(join(stackDirectory, 'client/policy.json'), 'utf8')).toBe(compileForClient(policy))
})

const rule = (name: string, pattern: string, replacement: string) =>
  `  - { type: regex, name: ${name}, pattern: '${pattern}', replacement: '${replacement}' }\n`
const small = `version: 1\nfilters:\n${rule('mail', '[a-z]{1,9}@[a-z]{1,9}', '[REDACTED_EMAIL]')}`

test('a rule that is added is compiled for the client as soon as the policy is applied', async () => {
  const file = join(directory, 'policy/sanitization.yaml')
  await writeFile(file, small)
  expect(await applyPolicy(directory)).toBe(true)
  const before = readDocument(join(directory, 'client/policy.json'))
  await writeFile(file, small + rule('ticket', 'TICKET-[0-9]{4}', '[REDACTED_TICKET]'))
  expect(await applyPolicy(directory)).toBe(true)
  expect(await applyPolicy(directory)).toBe(false)
  const after = readDocument(join(directory, 'client/policy.json'))
  expect(after.policy).not.toBe(before.policy)
  expect(new Masker(before).mask('a@b TICKET-1234')).toBe('[REDACTED_EMAIL] TICKET-1234')
  expect(new Masker(after).mask('a@b TICKET-1234')).toBe('[REDACTED_EMAIL] [REDACTED_TICKET]')
})

test('a rule from which nothing can be derived runs over every text', async () => {
  const file = join(directory, 'policy/sanitization.yaml')
  await writeFile(
    file,
    `version: 1\nfilters:\n  - type: regex\n    pattern: '[0-9A-F]{4}'\n    replacement: "[HIDDEN_IT]"\n`,
  )
  await applyPolicy(directory)
  expect(new Masker(readDocument(join(directory, 'client/policy.json'))).mask('a CAFE b')).toBe('a [HIDDEN_IT] b')
})
