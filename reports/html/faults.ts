// What was broken in the run, and how the same ended on the baseline stack.
import type { RunResult } from '../../harness/judge/run-result.ts'
import { cellText, faultTable } from '../content/fault-table.ts'
import { formatCount } from '../content/numbers.ts'
import { type Html, html } from './markup.ts'

/** Undefined when nothing was broken. */
export function faultsSection(result: RunResult): Html | undefined {
  const table = faultTable(result)
  if (table === undefined) return undefined
  const rows = table.rows.map(
    ({ kind, cells, untriedStages }) =>
      html`<tr><th scope="row"><code>${kind}</code></th>${cells.map((cell) => html`<td class="${cell && cell.effective < cell.tried ? 'number doubt' : 'number'}">${cellText(cell)}</td>`)}<td>${untriedStages.join(', ')}</td></tr>
`,
  )
  // The columns are sorted by their stages.
  const columns = table.columns.map((column) => column.split(', '))
  const stages = [...Map.groupBy(columns, ([stage]) => stage ?? '')]
  return html`<section id="faults" aria-labelledby="faults-title">
<h2 id="faults-title">Faults</h2>
<p class="lead">How often each kind was injected, by where it struck and what was going on there. “1 of 2” means that one showed no effect, and proves nothing.</p>
<div class="scroll"><table class="matrix">
<caption>Faults that were injected</caption>
<thead><tr><th scope="col" rowspan="2">Kind</th>${stages.map(([stage, { length }]) => html`<th scope="colgroup" colspan="${length}">${stage}</th>`)}<th scope="col" rowspan="2">Not tried at</th></tr>
<tr>${columns.map(([, operation = '']) => html`<th scope="col">${operation}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>
${table.untriedKinds.length === 0 ? '' : html`<p>Kinds that this run did not try: ${table.untriedKinds.join(', ')}.</p>`}
${sideBySide(result)}
</section>`
}

function sideBySide({ scenarios }: RunResult): Html | string {
  const rows = scenarios.flatMap((scenario) => scenario.sideBySide)
  if (rows.length === 0) return ''
  const missing = ({ offered, missing }: (typeof rows)[number]['stock']) =>
    html`<td class="${missing > 0 ? 'number wrong' : 'number'}">${formatCount(missing)} of ${formatCount(offered)}</td>`
  return html`<h3 id="stock">Compared with the baseline stack</h3>
<p class="lead">The same events and the same faults; events that no query sees at the end. Baseline: the collector’s own defaults, and the official exporter alone.</p>
<div class="scroll"><table class="matrix">
<caption>Events that are missing at the end</caption>
<thead><tr><th scope="col">What happened</th><th scope="col">This stack and its relay</th><th scope="col">Baseline</th></tr></thead>
<tbody>${rows.map(
    ({ situation, proven, stock }) => html`<tr><th scope="row">${situation}</th>${missing(proven)}${missing(stock)}</tr>
`,
  )}</tbody>
</table></div>`
}
