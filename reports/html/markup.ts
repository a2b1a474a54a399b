// HTML that is escaped by construction: in html`…` every value is text unless it is markup already.
import { visibleText } from '../content/visible-text.ts'

/** Finished markup. Only html`…` and trustedHtml make it. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

export type Value = Html | string | number | readonly Value[]

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

/** Text for element content and for attributes in quotes; deceptive characters become visible. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => entities.get(character) ?? '')
}

/** Markup with values; strings and numbers are escaped, lists are joined. Attributes must be in quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.map((part, index) => (index === 0 ? part : render(values[index - 1] ?? '') + part)).join(''))
}

/** Markup from a source of this repository or of an installed package, never from a result. */
export function trustedHtml(markup: string): Html {
  return new Html(markup)
}

/** Data for `<script type="application/json">`: no `<` in it, so nothing can close the element. */
export function inlineJson(data: unknown): Html {
  return new Html(
    JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  )
}

function render(value: Value): string {
  if (value instanceof Html) return value.markup
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value.map(render).join('')
}
