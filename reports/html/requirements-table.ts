// The requirements: what each asks, whether it holds, and which scenarios say so.
import type { RequirementResult, RunResult } from '../../harness/judge/run-result.ts'
import { plural } from '../content/numbers.ts'
import { requirementText, requirementTexts } from '../content/requirements.ts'
import type { Anchors } from './anchors.ts'
import { badge } from './badge.ts'
import { type Html, html } from './markup.ts'

const maxLinks = 3

export function requirementsSection({ requirements }: RunResult, anchors: Anchors): Html {
  const touched = new Set(requirements.map(({ id }) => id))
  const others = [...requirementTexts].filter(([id]) => !touched.has(id))
  const table =
    requirements.length === 0
      ? html`<p class="empty">No requirement was judged in this run.</p>`
      : html`<table class="requirements" role="table">
<caption>Requirements that this run judged</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Id</th><th role="columnheader" scope="col">What it asks</th><th role="columnheader" scope="col">Verdict</th><th role="columnheader" scope="col">Scenarios</th></tr></thead>
<tbody role="rowgroup">${requirements.map((requirement) => row(requirement, anchors))}</tbody>
</table>`
  return html`<section id="requirements" aria-labelledby="requirements-title">
<h2 id="requirements-title">Requirements</h2>
${table}
${others.length === 0 ? '' : html`<details class="others"><summary>${plural(others.length, 'requirement')} not judged in this run</summary><ul>${others.map(([id, text]) => html`<li id="${anchors.requirement(id)}"><b>${id}</b> ${text}</li>`)}</ul></details>`}
</section>`
}

function row({ id, verdict, scenarios, notProven }: RequirementResult, anchors: Anchors): Html {
  const links = html`<ul>${scenarios.map((scenario) => html`<li>${link(scenario, anchors)}</li>`)}</ul>`
  const shown =
    scenarios.length > maxLinks
      ? html`<details><summary>${plural(scenarios.length, 'scenario')}</summary>${links}</details>`
      : links
  return html`<tr role="row" id="${anchors.requirement(id)}"><th role="rowheader" scope="row">${id}</th><td role="cell">${requirementText(id)}${notProven === '' ? '' : html`<p class="small">Not proven here: ${notProven}.</p>`}</td><td role="cell">${badge(verdict)}</td><td role="cell">${scenarios.length === 0 ? 'none' : shown}</td></tr>
`
}

function link(id: string, anchors: Anchors): Html {
  const anchor = anchors.byId(id)
  return anchor === undefined ? html`<code>${id}</code>` : html`<a href="#${anchor}"><code>${id}</code></a>`
}
