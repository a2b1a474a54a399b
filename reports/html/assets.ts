// The page's style and scripts, read once from their own files and from the installed plot library.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export interface Assets {
  readonly style: string
  readonly plotScript: string
  readonly pageScript: string
  /** Lets nothing in but these very texts, and no request out: what is injected in spite of all cannot run. */
  readonly contentSecurityPolicy: string
}

let cached: Assets | undefined

export function readAssets(): Assets {
  cached ??= load()
  return cached
}

function load(): Assets {
  const style = read(require.resolve('uplot/dist/uPlot.min.css')) + read(new URL('./page.css', import.meta.url))
  // The licence asks that its text goes wherever the library goes.
  const plotScript = `/*!\n${read(require.resolve('uplot/LICENSE'))}*/\n${read(require.resolve('uplot/dist/uPlot.iife.min.js'))}`
  const pageScript = read(new URL('./page.js', import.meta.url))
  for (const text of [style, plotScript, pageScript]) {
    if (/<\/(script|style)|<!--/i.test(text)) throw new Error('An asset of the report page would end its own element')
  }
  const contentSecurityPolicy = [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(plotScript)} ${hash(pageScript)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return { style, plotScript, pageScript, contentSecurityPolicy }
}

/** Line ends as the browser sees them: the policy's hashes are taken after it has normalized them. */
function read(file: string | URL): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
