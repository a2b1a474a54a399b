// docs/known-wrong-numbers.md tells the cases of the scenario queries/known-wrong, with the figures that it proves.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { knownWrong } from '../scenarios/queries/known-wrong-cases.ts'

test('the page has each case with both figures', async () => {
  const page = await readFile(join(import.meta.dirname, '../docs/known-wrong-numbers.md'), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| [^|]+ \| [^|]+ \| \d/.test(line))
  expect(rows).toEqual(
    knownWrong.map(
      ({ name, what, wrong, right, query, column, seenIn }) =>
        `| ${name}: ${what} | ${seenIn} | ${wrong} | ${right} | \`${query}\`, \`${column}\` |`,
    ),
  )
})
