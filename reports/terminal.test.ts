// The table in the terminal: its width, its colours, and what it must tell.
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { renderTable } from './terminal.ts'
import { sampleKinds, sampleRun } from './testing/sample-run.ts'

describe('the table in the terminal', () => {
  beforeEach(() => {
    vi.stubEnv('FORCE_COLOR', undefined)
    vi.stubEnv('NO_COLOR', '1')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  test.each(sampleKinds)('is at most 80 columns wide, apart from commands: %s', (kind) => {
    const lines = renderTable(sampleRun(kind)).split('\n')
    expect(lines.filter((line) => line.length > 80 && !line.startsWith('  replay: '))).toEqual([])
  })

  test('stays within 80 columns when names are long and counts are high', () => {
    const run = sampleRun('pass')
    const tally = {
      offered: 123_456_789,
      stored: 123_456_789,
      lost: 9_999_999,
      duplicated: 9_999_999,
      corrupted: 9_999_999,
      leaked: 9_999_999,
    }
    const scenarios = run.scenarios.map((each) => ({
      ...each,
      suite: `${each.suite}-${'x'.repeat(90)}`,
      tally: { ...each.tally, ...tally },
    }))
    const lines = renderTable({ ...run, scenarios }).split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  test('says little while it holds', () => {
    const lines = renderTable(sampleRun('pass')).trimEnd().split('\n')
    expect(lines).toHaveLength(1 + 6 + 1 + 1 + 1 + 2)
    expect(lines[8]).toBe('291,230 offered: 291,134 stored, 96 left out by the policy.')
    expect(lines[2]).toMatch(/^delivery +5\/5 pass +14,365 +14,365 +0 +0 +0 +0 +28\.4$/)
    expect(lines.slice(-2).join(' ')).toBe(
      'PASS — 21 of 21 scenarios passed on this machine (linux x64, embedded). Nothing was lost, no private text that was planted was stored.',
    )
  })

  test('says everything needed when it does not hold', () => {
    const text = renderTable(sampleRun('fail'), { reportFile: 'runs/latest/report.html' })
    expect(text).toContain('FAIL keeps every acknowledged event when the collector is killed')
    expect(text).toContain('  accounting: 7 acknowledged events are in no table after heal and drain')
    expect(text.match(/^ {4}- lost: /gm)).toHaveLength(5)
    expect(text).toContain('    - 2 more in the report')
    expect(text).toContain('  replay: npm run verify:platform -- --only delivery/collector-killed --seed 41017\n')
    expect(text.endsWith('Report: runs/latest/report.html\n')).toBe(true)
  })

  test('a limit that is missed is told, with its value; one that is kept is not', () => {
    const text = renderTable(sampleRun('unknown'))
    expect(text.replaceAll(/\n +/g, ' ')).toContain(
      'performance: 99 % of answers: 6.1 ms, at most 5 ms; rate of the relay to that of the collector alone: not measured, at least 0.5',
    )
    expect(text.replaceAll(/\n +/g, ' ')).toContain(
      'BEYOND memory of the collector, at its peak: 301 MiB, at most 256 MiB, does not bind here (relay-outage)',
    )
    expect(text).not.toContain('7,250')
    expect(renderTable(sampleRun('pass'))).not.toMatch(/BEYOND|at most/)
  })

  test('skipped scenarios are listed with their reason', () => {
    expect(renderTable(sampleRun('skipped'))).toContain(
      'SKIPPED keeps every acknowledged event when the collector is killed\n  (collector-killed): no ClickHouse can be had for this platform',
    )
  })

  test('NO_COLOR is honoured, and colour changes no character', () => {
    const plain = renderTable(sampleRun('fail'))
    expect(plain).not.toContain('\u001b')
    vi.stubEnv('NO_COLOR', undefined)
    vi.stubEnv('FORCE_COLOR', '1')
    const coloured = renderTable(sampleRun('fail'))
    expect(coloured).toContain('\u001b')
    expect(stripVTControlCharacters(coloured)).toBe(plain)
  })

  test('no text from outside can steer the terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to find
    expect(renderTable(sampleRun('hostile'))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
  })
})
