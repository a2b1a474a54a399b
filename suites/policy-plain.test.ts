// What the client's metrics say of themselves is passed over by the collector, and no rule would change it.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { instruments } from '../generators/metrics.ts'
import { maskText } from '../stack/policy/mask-text.ts'
import { CLIENT_TEXT, PLAIN_TEXT } from '../stack/policy/plain.ts'
import { readPolicy } from '../stack/policy/policy.ts'

const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
const texts = Object.entries(instruments).flatMap(([name, { description, unit }]) => [
  `claude_code.${name}`,
  description,
  unit,
])

test('each name, description and unit is passed over', () => {
  const [plain, client] = [new RegExp(PLAIN_TEXT), new RegExp(CLIENT_TEXT)]
  expect(texts.filter((text) => !plain.test(`${text}\n`) && !client.test(text))).toEqual([])
})

test('and changed by no rule', () => {
  const mask = maskText(policy)
  expect(texts.filter((text) => mask(text) !== text)).toEqual([])
})
