import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Judge } from './judges/judge.ts'
import { opinionText, secondOpinions } from './second-opinion.ts'

/** Finds the word `key`. */
const judge: Judge = {
  name: 'betterleaks',
  version: '0',
  async scan(directory) {
    const files = (await readdir(directory, { recursive: true })).filter((file) => file.endsWith('.txt')).toSorted()
    const found = await Promise.all(
      files.map(async (file) => ({ file: join(directory, file), text: await readFile(join(directory, file), 'utf8') })),
    )
    return found.flatMap(({ file, text }) =>
      text.includes('key') ? [{ judge: 'betterleaks' as const, rule: 'a-key', file, line: 1, match: 'key' }] : [],
    )
  },
}

test('a judge says what it finds before and after, by rule', async () => {
  const texts = [{ text: 'key one' }, { text: 'key two' }, { text: 'nothing' }]
  const sanitize = (text: string) => text.replace('key one', '*')
  const [opinion, ...others] = await secondOpinions({ judges: [judge], missing: [] }, texts, sanitize)
  expect(others).toEqual([])
  expect(opinion).toEqual({
    judge: 'betterleaks',
    before: 2,
    after: 1,
    rules: [{ rule: 'a-key', texts: 1, match: 'key', text: 'key two' }],
  })
  if (opinion === undefined) return
  expect(opinionText(opinion, false)).toBe(
    'betterleaks: finds something in 2 texts before and in 1 after\n    a-key: 1',
  )
  expect(opinionText(opinion, true)).toContain('a-key: 1, e.g. "key" in "key two"')
})
