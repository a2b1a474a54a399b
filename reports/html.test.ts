// The page as text; how it behaves in a browser is tested in html.browser.test.ts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeAnchors } from './html/anchors.ts'
import { escapeHtml, html, inlineJson } from './html/markup.ts'
import { usageByService } from './html/usage-series.ts'
import { renderHtml } from './html.ts'
import { sampleKinds, sampleRun } from './testing/sample-run.ts'

describe('report.html', () => {
  test.each(sampleKinds)('every id is there once, and every inner link leads somewhere: %s', (kind) => {
    const page = renderHtml(sampleRun(kind)).replace(/<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, '')
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target)
  })

  test('the measurements stand by themselves and under their scenario, and nowhere when there are none', () => {
    const page = renderHtml(sampleRun('pass'))
    expect(page.match(/<th scope="row">rate of the relay<\/th>/g)).toHaveLength(2)
    expect(page.match(/href="#measurements"/g)).toHaveLength(1)
    expect(renderHtml(sampleRun('empty'))).not.toContain('measurements')
  })

  test('a bar has no negative length, whatever was measured', () => {
    const run = sampleRun('pass')
    for (const [value, atMost] of [
      [-5, -2],
      [-5, 0],
      [0, 0],
      [1e300, -1e300],
    ]) {
      const limit = { atMost: atMost ?? 0, missed: 'fail' } as const
      const measurements = [{ oracle: 'load', name: 'a', value: value ?? 0, unit: 'ms', limit }]
      const scenarios = run.scenarios.slice(0, 1).map((one) => ({ ...one, measurements }))
      const places = [...renderHtml({ ...run, scenarios }).matchAll(/(?:width|x1)="([^"]+)" (?:height="10"|x2)/g)]
      expect(places.length).toBeGreaterThan(0)
      for (const [, place] of places) expect(Number(place)).toSatisfy((at: number) => at >= 0 && at <= 100)
    }
  })

  test('names nothing outside itself', () => {
    const page = renderHtml(sampleRun('fail')).replace(/<script>[\s\S]*?<\/script>/g, '')
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/)
    expect(page).not.toMatch(/@import|url\(/)
  })

  test('scenarios of the same id have anchors of their own', () => {
    const [one] = sampleRun('pass').scenarios
    const twice = one === undefined ? [] : [one, { ...one, seed: 2 }]
    const anchors = makeAnchors(twice)
    expect(twice.map(anchors.of)).toEqual(['scenario-grpc-sessions', 'scenario-grpc-sessions--2'])
  })
})

describe('markup', () => {
  test('a value can neither open a tag nor leave an attribute', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"']/.test(escapeHtml(text))))
    expect(html`<a title="${'"><b>'}">${['<i>', html`<b>x</b>`]}</a>`.markup).toBe(
      '<a title="&quot;&gt;&lt;b&gt;">&lt;i&gt;<b>x</b></a>',
    )
  })

  test('inlined data reads back as it was and cannot close its element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const { markup } = inlineJson(data)
        expect(markup).not.toContain('<')
        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify(data)))
      }),
    )
  })
})

describe('resource use', () => {
  const sample = (atMs: number, cpuCores: number) => ({ atMs, service: 'a', cpuCores, memoryBytes: 1 })

  test('a long run is thinned without hiding its peak', () => {
    const samples = Array.from({ length: 5000 }, (_, index) => sample(index * 1000, index === 3333 ? 9 : 1))
    const [service] = usageByService({ samples, limits: [] })
    expect(service?.series.atS.length).toBeLessThanOrEqual(600)
    expect(Math.max(...(service?.series.cpuCores ?? []).map(Number))).toBe(9)
  })

  test('a pause in the measurements is a gap in the line', () => {
    const [service] = usageByService({
      samples: [0, 1000, 2000, 9000, 10_000].map((atMs) => sample(atMs, 1)),
      limits: [],
    })
    expect(service?.series.cpuCores).toEqual([1, 1, 1, null, 1, 1])
  })

  test('a service with a limit and no measurement is shown', () => {
    const limits = [{ service: 'b', cpuCores: 1, memoryBytes: null, enforced: true }]
    expect(usageByService({ samples: [], limits }).map(({ service }) => service)).toEqual(['b'])
  })
})
