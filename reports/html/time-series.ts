// Figures of a soak over time: a plot of each, and the same as a table.
import { rangeOf } from '../../core/range.ts'
import type { RunResult, TimeSeries } from '../../harness/judge/run-result.ts'
import { formatBytes, formatCount } from '../content/numbers.ts'
import { type Html, html, inlineJson } from './markup.ts'

/** Undefined for a run without any. */
export function timeSeriesSection({ series }: RunResult): Html | undefined {
  if (series.length === 0) return undefined
  const plots = series.map(({ name, unit, limit, points }) => ({
    name,
    unit,
    limit,
    atS: points.map(({ atMs }) => atMs / 1000),
    values: points.map(({ value }) => value),
  }))
  return html`<section id="series" aria-labelledby="series-title">
<h2 id="series-title">Over time</h2>
<p class="lead">How the load and what carries it stood, from the first second of sending to the last. A limit is of all of it: at one moment it may be passed. CPU and memory stand under <a href="#usage">resource use</a>.</p>
${seriesTable(series)}
<div class="plots">${series.map(figure)}</div>
<script type="application/json" id="series-data">${inlineJson(plots)}</script>
</section>`
}

function seriesTable(series: readonly TimeSeries[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of figures over time"><table class="usage">
<caption>Lowest, median and highest of each figure</caption>
<thead><tr><th scope="col">Figure</th><th scope="col" class="number">Min</th><th scope="col" class="number">Median</th><th scope="col" class="number">Max</th><th scope="col" class="number">Limit</th></tr></thead>
<tbody>${series.map(seriesRow)}</tbody>
</table></div>`
}

function seriesRow(series: TimeSeries): Html {
  const range = rangeOf(valuesOf(series))
  const numbers = range === undefined ? [] : [range.min, range.median, range.max]
  return html`<tr><th scope="row">${series.name}</th>${[0, 1, 2].map((index) => html`<td class="number">${numbers[index] === undefined ? '–' : inWords(numbers[index], series.unit)}</td>`)}<td class="number">${series.limit === null ? 'none' : inWords(series.limit, series.unit)}</td></tr>
`
}

function figure(series: TimeSeries, index: number): Html {
  const range = rangeOf(valuesOf(series))
  const told =
    range === undefined
      ? 'nothing measured'
      : `from ${inWords(range.min, series.unit)} to ${inWords(range.max, series.unit)}, median ${inWords(range.median, series.unit)}`
  return html`<figure><figcaption>${series.name}</figcaption><div class="plot" role="img" aria-label="${series.name} over time: ${told}" data-series="${index}"></div></figure>`
}

function valuesOf({ points }: TimeSeries): number[] {
  return points.flatMap(({ value }) => value ?? [])
}

function inWords(value: number, unit: TimeSeries['unit']): string {
  return unit === 'bytes' ? formatBytes(value) : `${formatCount(Number(value.toPrecision(3)))} ${unit}`
}
