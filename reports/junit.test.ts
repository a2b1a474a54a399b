// junit.xml: CI systems must see what the run says.
import { describe, expect, test } from 'vitest'
import { renderJunit } from './junit.ts'
import { sampleKinds, sampleRun } from './testing/sample-run.ts'

const times = (xml: string, pattern: RegExp) => xml.match(pattern)?.length ?? 0
const root = (xml: string) => xml.match(/<testsuites [^>]*>/)?.[0] ?? ''

describe('junit.xml', () => {
  test.each(sampleKinds)('the counts of the root are the counts of its cases: %s', (kind) => {
    const xml = renderJunit(sampleRun(kind))
    expect(root(xml)).toContain(` tests="${times(xml, /<testcase /g)}"`)
    expect(root(xml)).toContain(` failures="${times(xml, /<failure /g)}"`)
    expect(root(xml)).toContain(` errors="${times(xml, /<error /g)}"`)
    expect(root(xml)).toContain(` skipped="${times(xml, /<skipped /g)}"`)
  })

  test.each(sampleKinds)('every tag that opens closes: %s', (kind) => {
    const open: string[] = []
    for (const [, close, name, self] of renderJunit(sampleRun(kind)).matchAll(/<(\/?)([a-z-]+)(?:\s[^<>]*?)?(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name)
      else if (self !== '/') open.push(name ?? '')
    }
    expect(open).toEqual([])
  })

  test('fail is a failure, unknown an error, skipped is skipped, each with its reason', () => {
    const xml = renderJunit(sampleRun('fail'))
    expect(xml).toMatch(/<failure message="7 acknowledged events are in no table after heal and drain" type="fail">/)
    expect(xml).toMatch(/<error message="the load generator missed its own rate[^"]*" type="unknown">/)
    expect(xml).toMatch(/<skipped message="a full disk needs[^"]*"\/>/)
  })

  test('what was measured stands in properties: the number, its unit and its limit', () => {
    const xml = renderJunit(sampleRun('unknown'))
    expect(xml).toContain('<property name="measurement.99 % of answers" value="6.1"/>')
    expect(xml).toContain('<property name="unit.99 % of answers" value="ms"/>')
    expect(xml).toContain('<property name="limit.99 % of answers" value="at most 5 ms"/>')
    expect(xml).toContain('<property name="measurement.rate of the relay" value="7250"/>')
    expect(xml).not.toContain('name="limit.rate of the relay"')
    expect(xml).toContain(
      '<property name="measurement.rate of the relay to that of the collector alone" value="not measured"/>',
    )
  })

  test('each case carries its seed, its tally and its replay command', () => {
    const xml = renderJunit(sampleRun('fail'))
    expect(times(xml, /<property name="seed" value="41017"\/>/g)).toBe(21)
    expect(xml).toContain('<property name="tally.lost" value="7"/>')
    expect(xml).toContain('value="npm run verify:platform -- --only delivery/collector-killed --seed 41017"')
  })

  test('a run in which nothing ran is never green', () => {
    const xml = renderJunit(sampleRun('empty'))
    expect(root(xml)).toContain(' tests="1" failures="0" errors="1"')
    expect(xml).toContain('No scenario ran')
  })

  test('a run that fails as a whole is never green', () => {
    const xml = renderJunit({ ...sampleRun('pass'), verdict: 'fail' })
    expect(root(xml)).toContain(' tests="22" failures="1" errors="0"')
  })
})
