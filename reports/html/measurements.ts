// What was measured, each value against its limit: in words, as a number, and as a bar.
import { type Measurement, measurementVerdict } from '../../harness/judge/model/measurement.ts'
import { limitText, valueText } from '../../harness/judge/model/measurement-text.ts'
import type { ScenarioResult } from '../../harness/judge/model/verdict.ts'
import { isShownOnly } from '../content/measurements.ts'
import type { Anchors } from './anchors.ts'
import { badge } from './badge.ts'
import { type Html, html } from './markup.ts'

/** The bar's inner width, in units of its drawing. */
const BAR_WIDTH = 100
/** The mark stands out above and below the bar. */
const BAR_HEIGHT = 10
const MARK_HEIGHT = 14
/** Room on the bar beyond the larger of value and limit. */
const HEADROOM = 1.2

/** All measurements of the run, under their scenarios; undefined when nothing was measured. */
export function measurementsSection(scenarios: readonly ScenarioResult[], anchors: Anchors): Html | undefined {
  const measuring = scenarios.filter(({ measurements }) => measurements.length > 0)
  if (measuring.length === 0) return undefined
  const bodies = measuring.map(
    (scenario) => html`<tbody>
<tr><th scope="rowgroup" colspan="5"><a href="#${anchors.of(scenario)}">${scenario.title}</a> <code>${scenario.id}</code></th></tr>
${scenario.measurements.map(row)}</tbody>
`,
  )
  return html`<section id="measurements" aria-labelledby="measurements-title">
<h2 id="measurements-title">Measurements</h2>
<p class="lead">What was measured, against what is promised. The mark on a bar is the limit. A limit that does not bind here is only shown.</p>
${table('What was measured, by scenario', bodies)}
</section>`
}

/** The measurements of one scenario; empty when it has none. */
export function scenarioMeasurements({ title, measurements }: ScenarioResult): Html {
  if (measurements.length === 0) return html``
  return html`<h5>Measurements</h5>${table(`What “${title}” measured`, html`<tbody>${measurements.map(row)}</tbody>`)}`
}

function table(caption: string, bodies: Html | readonly Html[]): Html {
  return html`<div class="scroll"><table class="matrix measured">
<caption>${caption}</caption>
<thead><tr><th scope="col">What</th><th scope="col">Value</th><th scope="col">Limit</th><th scope="col">Value against limit</th><th scope="col">Verdict</th></tr></thead>
${bodies}
</table></div>`
}

const shades = { pass: '', unknown: 'doubt', fail: 'wrong' } as const

function row(measurement: Measurement): Html {
  const verdict = measurementVerdict(measurement)
  return html`<tr><th scope="row">${measurement.name}</th><td class="number ${shades[verdict]}">${valueText(measurement)}</td><td class="limit">${limitText(measurement) || 'none'}</td><td>${bar(measurement)}</td><td>${isShownOnly(measurement) ? '–' : badge(verdict)}</td></tr>
`
}

/** Drawn without a style of its own, which the page's policy would not let in. The numbers beside it say the same. */
function bar(measurement: Measurement): Html | string {
  const { value, limit } = measurement
  if (value === null || limit === null) return '–'
  const bound = 'atMost' in limit ? limit.atMost : limit.atLeast
  const most = Math.max(value, bound) * HEADROOM
  // Below zero there is no length.
  const place = (amount: number) => (most > 0 ? Math.max(0, (amount / most) * BAR_WIDTH) : 0).toFixed(2)
  const kind = isShownOnly(measurement) ? 'shown' : measurementVerdict(measurement)
  const part = (name: string, width: string | number) =>
    html`<rect class="${name}" y="${(MARK_HEIGHT - BAR_HEIGHT) / 2}" width="${width}" height="${BAR_HEIGHT}"></rect>`
  return html`<svg class="bar ${kind}" viewBox="0 0 ${BAR_WIDTH} ${MARK_HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false">${part('track', BAR_WIDTH)}${part('value', place(value))}<line class="mark" x1="${place(bound)}" x2="${place(bound)}" y1="0" y2="${MARK_HEIGHT}"></line></svg>`
}
