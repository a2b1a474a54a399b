// Resource use over time: a plot for each service beside its limit, and the same as a table.
import type { Range } from '../../core/range.ts'
import type { RunResult } from '../../harness/judge/run-result.ts'
import { formatBytes, formatCores } from '../content/numbers.ts'
import { type Html, html, inlineJson } from './markup.ts'
import { type ServiceUsage, usageByService } from './usage-series.ts'

/** Measured between two samples, a CPU that is held to its limit can seem a little above it. */
const MEASURED_ABOVE = 1.05

export function usageSection({ usage }: RunResult): Html {
  const services = usageByService(usage)
  return html`<section id="usage" aria-labelledby="usage-title">
<h2 id="usage-title">Resource use</h2>
${services.length === 0 ? html`<p class="empty">No resource use was recorded in this run.</p>` : html`${usageTable(services)}${services.map(serviceFigures)}`}
<script type="application/json" id="usage-data">${inlineJson(services.map(({ service, limit, series }) => ({ service, limit: limit ?? null, ...series })))}</script>
</section>`
}

function usageTable(services: readonly ServiceUsage[]): Html {
  const row = (
    name: Html | '',
    measure: string,
    range: Range | undefined,
    limit: number | null,
    enforced: boolean,
    format: (value: number) => string,
  ) => {
    const numbers = range === undefined ? [] : [range.min, range.median, range.max]
    const over = range !== undefined && limit !== null && range.max > limit * (enforced ? MEASURED_ABOVE : 1)
    return html`<tr>${name}<td>${measure}</td>${[0, 1, 2].map((index) => html`<td class="number">${numbers[index] === undefined ? '–' : format(numbers[index])}</td>`)}<td class="number">${limit === null ? 'none' : format(limit)}</td><td class="number${over ? ' over' : ''}">${range === undefined || limit === null || limit <= 0 ? '–' : `${Math.round((range.max / limit) * 100)} %${over ? ' (above)' : ''}`}</td></tr>
`
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of resource use"><table class="usage">
<caption>Lowest, median and highest use beside the limit</caption>
<thead><tr><th scope="col">Service</th><th scope="col">Measure</th><th scope="col" class="number">Min</th><th scope="col" class="number">Median</th><th scope="col" class="number">Max</th><th scope="col" class="number">Limit</th><th scope="col" class="number">Max of limit</th></tr></thead>
${services.map(
  ({ service, limit, cpuCores, memoryBytes }) => html`<tbody>
${row(html`<th scope="rowgroup" rowspan="2">${service}<span class="small">${limitInWords(limit)}</span></th>`, 'CPU', cpuCores, limit?.cpuCores ?? null, limit?.enforced ?? false, formatCores)}${row('', 'Memory', memoryBytes, limit?.memoryBytes ?? null, limit?.enforced ?? false, formatBytes)}</tbody>`,
)}
</table></div>`
}

function limitInWords(limit: ServiceUsage['limit']): string {
  if (limit === undefined || (limit.cpuCores === null && limit.memoryBytes === null)) return 'no limit'
  return limit.enforced ? 'limit enforced' : 'limit not enforced'
}

function serviceFigures({ service, limit, cpuCores, memoryBytes, series }: ServiceUsage, index: number): Html {
  if (series.atS.length === 0) return html``
  const note =
    limit === undefined
      ? 'No limit is set for this service.'
      : limit.enforced
        ? 'The runtime enforces the limit (dashed line).'
        : 'The limit (dashed line) is shown for comparison: this runtime does not enforce it.'
  const figure = (
    measure: 'cpu' | 'memory',
    title: string,
    range: Range | undefined,
    format: (value: number) => string,
  ) => {
    const label = `${title} of ${service} over time: ${range === undefined ? 'nothing measured' : `from ${format(range.min)} to ${format(range.max)}, median ${format(range.median)}`}`
    return html`<figure><figcaption>${title}</figcaption><div class="plot" role="img" aria-label="${label}" data-service="${index}" data-measure="${measure}"></div></figure>`
  }
  return html`<section class="service" aria-label="Resource use of ${service}">
<h3>${service} <span class="meta">${note}</span></h3>
<div class="plots">${figure('cpu', 'CPU cores', cpuCores, formatCores)}${figure('memory', 'Memory', memoryBytes, formatBytes)}</div>
</section>
`
}
