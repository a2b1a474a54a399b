// summary.md: the job page must see what the run says, and nothing else.
import { describe, expect, test } from 'vitest'
import { escapeMarkdown, renderMarkdown } from './markdown.ts'
import { sampleKinds, sampleRun } from './testing/sample-run.ts'

describe('summary.md', () => {
  test.each(sampleKinds)('the verdict stands first: %s', (kind) => {
    const run = sampleRun(kind)
    expect(renderMarkdown(run).split('\n')[0]).toBe(`# ${run.verdict.toUpperCase()} — Telemetry Proof`)
  })

  test('a scenario that does not hold stands there with its reason, examples and replay', () => {
    const text = renderMarkdown(sampleRun('fail'))
    expect(text).toContain('### ❌ fail: keeps every acknowledged event when the collector is killed')
    expect(text).toContain('- oracle `accounting` says fail: 7 acknowledged events')
    expect(text).toContain('- replay: `npm run verify:platform -- --only delivery/collector-killed --seed 41017`')
    expect(text).toContain('## Skipped')
  })

  test('what no scenario proves of a requirement stands beside it', () => {
    expect(renderMarkdown(sampleRun('pass'))).toContain('Not proven here: limits in containers.')
  })

  test('what was measured stands in a table, value against limit', () => {
    const rows = renderMarkdown(sampleRun('unknown'))
      .split('\n')
      .filter((line) => line.startsWith('| `relay-outage` |'))
    expect(rows).toEqual([
      '| `relay-outage` | 99 % of answers | 6.1 ms | at most 5 ms | ❓ unknown |',
      '| `relay-outage` | rate of the relay | 7,250 events/s |  | – |',
      '| `relay-outage` | rate of the relay to that of the collector alone | not measured | at least 0.5 | ❓ unknown |',
      '| `relay-outage` | memory of the collector, at its peak | 301 MiB | at most 256 MiB, does not bind here | – |',
    ])
    expect(renderMarkdown(sampleRun('empty'))).not.toContain('Measurements')
  })

  test('every row of a table has as many cells as its head', () => {
    for (const kind of sampleKinds) {
      const cells = (line: string) => line.replaceAll('\\|', '').split('|').length
      const blocks = renderMarkdown(sampleRun(kind))
        .trimEnd()
        .split('\n\n')
        .filter((block) => block.startsWith('| '))
      for (const block of blocks) expect(new Set(block.split('\n').map(cells)).size).toBe(1)
    }
  })

  test('text from outside is no markup', () => {
    expect(escapeMarkdown('<b>*a*</b> `x` [l](u) | @me\n# h \u202e')).toBe(
      '&lt;b&gt;\\*a\\*&lt;/b&gt; \\`x\\` \\[l\\](u) \\| \\@me \\# h \\\\u{202e}',
    )
    const hostile = renderMarkdown(sampleRun('hostile'))
    expect(hostile.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toMatch(/<\/?script|<img/)
  })

  test('versions and sources of the components stand there', () => {
    expect(renderMarkdown(sampleRun('pass'))).toContain('| clickhouse | `26.7.1` | libchdb 3.4.0 from npm |')
  })

  test('stays below the size that a job page takes, however much fails', () => {
    const run = sampleRun('hostile')
    const scenarios = Array.from({ length: 60 }, () => run.scenarios).flat()
    expect(Buffer.byteLength(renderMarkdown({ ...run, scenarios }))).toBeLessThan(1024 * 1024)
  })
})
