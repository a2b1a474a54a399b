// A verdict as people see it: a shape, a word and a colour, so that none of the three is needed alone.
import type { Verdict } from '../../harness/judge/model/verdict.ts'
import { type Html, html, trustedHtml } from './markup.ts'

export type Mark = Verdict | 'ok' | 'warn' | 'bad' | 'partly'

// Each mark has an outline of its own: circle, octagon, square, bar, triangle.
const shapes: Readonly<Record<Verdict | 'warn' | 'partly', string>> = {
  pass: '<circle cx="10" cy="10" r="9"/><path class="cut" d="M5.6 10.4l3 3 5.8-6.6"/>',
  fail: '<path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"/><path class="cut" d="M6.6 6.6l6.8 6.8m0-6.8l-6.8 6.8"/>',
  unknown:
    '<rect x="1.5" y="1.5" width="17" height="17" rx="3.5"/><path class="cut" d="M7 7.6c0-1.8 1.3-2.9 3-2.9s3 1.1 3 2.7c0 2.2-3 2.4-3 4.4M10 15.2v.1"/>',
  skipped: '<rect x="1" y="5" width="18" height="10" rx="5"/><path class="cut" d="M6 10h8"/>',
  partly: '<circle cx="10" cy="10" r="9"/><path class="cut" d="M10 4.6v10.8M10 4.6a5.4 5.4 0 0 0 0 10.8"/>',
  warn: '<path d="M10 1.2L19.4 18H.6z"/><path class="cut" d="M10 7.4v4.8M10 14.9v.2"/>',
}

/** The svg symbols that icons refer to; once a page. */
export function iconSymbols(): Html {
  const symbols = Object.entries(shapes).map(
    ([name, shape]) => `<symbol id="icon-${name}" viewBox="0 0 20 20">${shape}</symbol>`,
  )
  return trustedHtml(
    `<svg class="symbols" width="0" height="0" aria-hidden="true" focusable="false">${symbols.join('')}</svg>`,
  )
}

export function icon(mark: Mark): Html {
  const name = mark === 'ok' ? 'pass' : mark === 'bad' ? 'fail' : mark
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><use href="#icon-${name}"></use></svg>`
}

export function badge(mark: Mark): Html {
  return html`<span class="badge ${mark}">${icon(mark)}<span>${mark === 'partly' ? 'partly proven' : mark}</span></span>`
}

/** The page's icon in the browser's tab, as a data URL: one request less, and the verdict at a glance. */
export function faviconUrl(verdict: Verdict): string {
  const fill = { pass: '#1a7f4b', fail: '#c8322b', unknown: '#9a6200', skipped: '#667085' }[verdict]
  const style = '.cut{fill:none;stroke:#fff;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="${fill}"><style>${style}</style>${shapes[verdict]}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
