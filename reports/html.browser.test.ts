// The page in a real browser: what people see, click and cannot be hurt by.
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SampleKind, sampleKinds, sampleRun } from './testing/sample-run.ts'
import { writeReports } from './write.ts'

const executablePath = findChromium()
if (executablePath === undefined) {
  console.warn(
    'SKIPPED reports/html.browser.test.ts: no Chromium at CHROMIUM_PATH, and no chromium or google-chrome on PATH',
  )
}

function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((dir) => names.map((name) => join(dir, name)))
  return [...(named === undefined ? [] : [named]), ...onPath].find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// The one skip that is allowed: without a browser there is nothing to test in, and the warning above says so.
describe.skipIf(executablePath === undefined)('report.html in Chromium', { timeout: 60_000 }, () => {
  let dir = ''
  let browser: Browser

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'report-page-'))
    for (const kind of sampleKinds) await writeReports(sampleRun(kind), join(dir, kind))
    browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args })
  })

  afterAll(async () => {
    await browser?.close()
    await rm(dir, { recursive: true, force: true })
  })

  /** Opens a page, hands it over, and gives back what it complained about and asked for. */
  async function visit(
    kind: SampleKind,
    options: { readonly width?: number; readonly scripts?: boolean },
    use: (page: Page) => Promise<void>,
  ): Promise<{ readonly complaints: readonly string[]; readonly requests: readonly string[] }> {
    await using context = await browser.newContext({
      viewport: { width: options.width ?? 1400, height: 900 },
      javaScriptEnabled: options.scripts ?? true,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    const address = pathToFileURL(join(dir, kind, 'report.html')).href
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => void dialog.dismiss())
    page.on('request', (request) => {
      if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url())
    })
    await page.goto(address)
    await use(page)
    return { complaints, requests }
  }

  test.each(sampleKinds.flatMap((kind) => [400, 1400].map((width) => ({ kind, width }))))(
    'shows the verdict, stays in its width, complains of nothing and asks for nothing, in light and dark: $kind, $width px',
    async ({ kind, width }) => {
      const seen = await visit(kind, { width }, async (page) => {
        await page.locator('details').evaluateAll((all) => {
          for (const each of all) each.setAttribute('open', '')
        })
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          const heading = page.getByRole('heading', { level: 1 })
          expect(await heading.textContent()).toBe(sampleRun(kind).verdict.toUpperCase())
          expect(await heading.isVisible()).toBe(true)
          expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
        }
      })
      expect(seen).toEqual({ complaints: [], requests: [] })
    },
  )

  test.each([true, false])('the filter leaves only what it names (scripts: %s)', async (scripts) => {
    await visit('fail', { scripts }, async (page) => {
      const visible = async (verdict: string) => {
        const all = await page.locator(`.scenario[data-verdict=${verdict}]`).all()
        return (await Promise.all(all.map((each) => each.isVisible()))).filter(Boolean).length
      }
      await page.getByRole('radio', { name: 'fail 2' }).check()
      expect([await visible('fail'), await visible('pass'), await visible('unknown')]).toEqual([2, 0, 0])
      expect(await page.locator('.suite:visible').count()).toBe(2)
      if (scripts) expect(await page.locator('.status').textContent()).toBe('Showing 2 of 21 scenarios')
      await page.getByRole('radio', { name: 'All 21' }).check()
      expect(await visible('pass')).toBe(17)
    })
  })

  test('the filter is used with the keyboard alone', async () => {
    await visit('fail', {}, async (page) => {
      await page.locator('#filter-all').focus()
      await page.keyboard.press('ArrowRight')
      expect(await page.locator('#filter-fail').isChecked()).toBe(true)
    })
  })

  test('a link leads to a scenario that is closed and filtered away', async () => {
    await visit('fail', {}, async (page) => {
      await page.getByRole('radio', { name: 'fail 2' }).check()
      await page.locator('#requirements a', { hasText: 'typed-columns' }).click()
      const target = page.locator('#scenario-typed-columns')
      await target.locator('.replay').waitFor({ state: 'visible' })
      expect(await page.locator('#filter-all').isChecked()).toBe(true)
    })
  })

  test('plots are drawn, also after a change of the colour scheme', async () => {
    const drawn = `[...document.querySelectorAll('.plot canvas')].map((canvas) =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value !== 0))`
    await visit('pass', {}, async (page) => {
      expect(await page.evaluate(drawn)).toEqual(Array.from({ length: 6 }, () => true))
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.waitForFunction(`(${drawn}).filter(Boolean).length === 6`)
    })
  })

  test('figures over time are plotted beside their limit, and stand in a table without scripts', async () => {
    const drawn = `[...document.querySelectorAll('#series .plot')].map((box) =>
      box.querySelector('canvas').getContext('2d').getImageData(0, 0, 1, 1) !== null && box.textContent)`
    const seen = await visit('unknown', {}, async (page) => {
      expect(await page.evaluate(drawn)).toEqual([
        expect.stringMatching(/Rate.*peak 1,540/),
        expect.stringMatching(/Backlog.*peak 900/),
        expect.stringMatching(/Lateness, 99 %.*peak 140.*Limit.*100/),
        expect.stringMatching(/Disk free.*peak 64 GiB/),
      ])
      await page.getByRole('navigation').getByRole('link', { name: 'Over time' }).click()
      expect(await page.locator('#series-title').isVisible()).toBe(true)
    })
    expect(seen).toEqual({ complaints: [], requests: [] })
    await visit('unknown', { scripts: false }, async (page) => {
      const rows = page.locator('#series tbody tr')
      expect(await rows.nth(2).textContent()).toBe('Lateness, 99 %2 ms4 ms140 ms100 ms')
      expect(await page.locator('#series .plot').first().isVisible()).toBe(false)
    })
    await visit('pass', {}, async (page) => {
      expect(await page.locator('#series').count()).toBe(0)
    })
  })

  test('the copy button copies the replay command as it stands', async () => {
    await visit('fail', {}, async (page) => {
      const scenario = page.locator('#scenario-collector-killed')
      await scenario.getByRole('button', { name: 'Copy' }).click()
      await scenario.getByRole('button', { name: 'Copied' }).waitFor()
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        'npm run verify:platform -- --only delivery/collector-killed --seed 41017',
      )
    })
  })

  test('hostile strings are text and nothing else', async () => {
    const seen = await visit('hostile', {}, async (page) => {
      expect(await page.evaluate('window.hacked')).toBeUndefined()
      expect(await page.locator('img, [onclick], [onerror]').count()).toBe(0)
      expect(await page.locator('script').count()).toBe(3)
      expect(await page.locator('.scenario h4').first().textContent()).toContain(
        '<script>window.hacked=1</script></script>',
      )
    })
    expect(seen).toEqual({ complaints: [], requests: [] })
  })

  test('a script that got in all the same would not run', async () => {
    const { complaints } = await visit('pass', {}, async (page) => {
      await page.evaluate(`{
        const script = document.createElement('script')
        script.textContent = 'window.hacked = 1'
        document.body.append(script)
      }`)
      expect(await page.evaluate('window.hacked')).toBeUndefined()
    })
    expect(complaints.join()).toContain('Content Security Policy')
  })

  test('without scripts the numbers stand in a table', async () => {
    await visit('pass', { scripts: false }, async (page) => {
      const row = page.locator('.usage tbody').first()
      expect(await row.textContent()).toMatch(/clickhouse[\s\S]*limit not enforced[\s\S]*1 core[\s\S]*105 % \(above\)/)
      expect(await page.locator('.plot').first().isVisible()).toBe(false)
    })
  })

  test('what was measured stands against its limit: in words, and as a bar with a mark', async () => {
    await visit('unknown', { scripts: false }, async (page) => {
      const rows = page.locator('#measurements tbody tr:has(td)')
      const texts = await rows.evaluateAll((all) =>
        all.map((row) => [...row.children].map((cell) => cell.textContent?.trim())),
      )
      expect(texts).toEqual([
        ['99 % of answers', '6.1 ms', 'at most 5 ms', '', 'unknown'],
        ['rate of the relay', '7,250 events/s', 'none', '–', '–'],
        ['rate of the relay to that of the collector alone', 'not measured', 'at least 0.5', '–', 'unknown'],
        ['memory of the collector, at its peak', '301 MiB', 'at most 256 MiB, does not bind here', '', '–'],
      ])
      const [value, mark] = await Promise.all(
        ['.value', '.mark'].map((part) => rows.first().locator(`.bar ${part}`).boundingBox()),
      )
      // Beyond a ceiling the bar reaches past its mark.
      expect((value?.x ?? 0) + (value?.width ?? 0)).toBeGreaterThan(mark?.x ?? Number.POSITIVE_INFINITY)
    })
  })

  test('every table has a caption, and headings leave out no level', async () => {
    await visit('fail', {}, async (page) => {
      expect(await page.locator('table:not(:has(caption), .u-legend)').count()).toBe(0)
      const levels = await page
        .locator('h1, h2, h3, h4, h5')
        .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])))
      for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1)
    })
  })
})
