// The style of the code holds: short files and functions, clocks and chance only in core/, every file says what it is for.
import { expect, test } from 'vitest'
import { isTest, type Source, sources } from './testing/sources.ts'

const MAX_FILE_LINES = 250
/** Data: long, and nothing to understand. */
const DATA = /\/fixtures\//

test(`no file has more than ${MAX_FILE_LINES} lines`, () => {
  const long = sources
    .filter(({ path }) => !DATA.test(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_FILE_LINES)
    .map(({ path, lines }) => `${path}: ${lines}`)
  expect(long).toEqual([])
})

test('no function has more than 70 lines', () => {
  expect(sources.flatMap(longFunctions)).toEqual([])
})

/** By indentation: the formatter puts the end of a function in the column of its first line. */
function longFunctions({ path, text }: Source): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const head =
      /^( *)(?:export )?(?:default )?(?:async )?(?:function\b|(?:static |readonly )*(?:async )?#?\w+\(.*\).*\{$|.*=> \{$)/.exec(
        line,
      )
    if (head === null || !line.endsWith('{') || /^\s*(?:if|for|while|switch|describe|test)\b/.test(line)) return []
    const indent = head[1] ?? ''
    const length = lines.slice(start + 1).findIndex((next) => new RegExp(`^${indent}\\}`).test(next)) + 2
    return length > 70 ? [`${path}:${start + 1}: ${length} lines`] : []
  })
}

test('only core/ reads a clock, waits or draws by chance', () => {
  const forbidden =
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomUUID\(|\bsetTimeout\(|\bsetInterval\(/
  const wrong = sources.flatMap(({ path, text }) =>
    path.startsWith('core/')
      ? []
      : text
          .split('\n')
          .flatMap((line, index) =>
            forbidden.test(line) && !line.includes('const forbidden') ? [`${path}:${index + 1}: ${line.trim()}`] : [],
          ),
  )
  expect(wrong).toEqual([])
})

test('no test is focused or retried, or sleeps', () => {
  const wrong = sources
    .filter(isTest)
    .flatMap(({ path, text }) =>
      /\b(?:it|test|describe|suite)\.only\(|\bretry:\s*[1-9]|^import \{[^}]*\bsleep\b/m.test(text) &&
      path !== 'suites/code-style.test.ts'
        ? [path]
        : [],
    )
  expect(wrong).toEqual([])
})

test('every file says on its first line what it is for', () => {
  const wrong = sources
    .filter((source) => !isTest(source))
    .filter(({ text }) => !/^\/\/ \S.{10,}/.test(text))
    .map(({ path }) => path)
  expect(wrong).toEqual([])
})
