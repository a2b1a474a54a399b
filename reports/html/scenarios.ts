// The scenarios, grouped by suite, each with its evidence and the command that runs it again.
import type { Finding, ScenarioResult, Verdict } from '../../harness/judge/model/verdict.ts'
import { formatCount, formatDuration, plural } from '../content/numbers.ts'
import { countVerdicts, groupBySuite, type SuiteSummary, verdictsWorstFirst } from '../content/summary.ts'
import type { Anchors } from './anchors.ts'
import { badge, icon } from './badge.ts'
import { type Html, html } from './markup.ts'
import { scenarioMeasurements } from './measurements.ts'
import { scenarioTally } from './tally.ts'

export function scenariosSection(scenarios: readonly ScenarioResult[], anchors: Anchors): Html {
  return html`<section id="scenarios" aria-labelledby="scenarios-title">
<h2 id="scenarios-title">Scenarios</h2>
${
  scenarios.length === 0
    ? html`<p class="empty">No scenario ran.</p>`
    : html`${toolbar(scenarios)}${groupBySuite(scenarios).map((suite) => suiteBlock(suite, anchors))}`
}
</section>`
}

function toolbar(scenarios: readonly ScenarioResult[]): Html {
  const counts = countVerdicts(scenarios)
  const option = (value: Verdict | 'all', count: number) =>
    html`<label class="${value}"><input type="radio" name="filter" value="${value}" id="filter-${value}"${value === 'all' ? html` checked` : ''}${count === 0 ? html` disabled` : ''}><span>${value === 'all' ? '' : icon(value)}${value === 'all' ? 'All' : value} <b>${formatCount(count)}</b></span></label>`
  return html`<div class="toolbar">
<fieldset class="filter"><legend>Show</legend>${option('all', scenarios.length)}${verdictsWorstFirst.map((verdict) => option(verdict, counts[verdict]))}</fieldset>
<p class="actions"><button type="button" data-open="true">Open all</button><button type="button" data-open="false">Close all</button></p>
<p class="status" role="status" aria-live="polite"></p>
</div>`
}

function suiteBlock(suite: SuiteSummary, anchors: Anchors): Html {
  const held = countVerdicts(suite.scenarios).pass
  return html`<section class="suite" aria-label="Suite ${suite.name}">
<h3>${suite.name} <span class="meta">${formatCount(held)} of ${formatCount(suite.scenarios.length)} hold · ${formatCount(suite.tally.offered)} offered · ${formatCount(suite.tally.stored)} stored · ${formatDuration(suite.durationMs)}</span></h3>
${suite.scenarios.map((scenario) => scenarioBlock(scenario, anchors))}
</section>
`
}

function scenarioBlock(scenario: ScenarioResult, anchors: Anchors): Html {
  const open = scenario.verdict === 'fail' || scenario.verdict === 'unknown'
  const attributes = open ? html` open` : ''
  return html`<details class="scenario" id="${anchors.of(scenario)}" data-verdict="${scenario.verdict}"${attributes}>
<summary>${badge(scenario.verdict)}<span class="title"><h4>${scenario.title}</h4><span class="meta"><code>${scenario.id}</code> · ${formatDuration(scenario.durationMs)}</span></span></summary>
<div class="body">
${scenario.reason === '' ? '' : html`<p class="reason ${scenario.verdict}"><b>Why it is ${scenario.verdict === 'fail' ? 'a fail' : scenario.verdict}</b> ${scenario.reason}</p>`}
${scenario.findings.length === 0 ? '' : html`<h5>Evidence</h5><ul class="findings">${scenario.findings.map(findingItem)}</ul>`}
${ownExamples(scenario)}
${scenarioMeasurements(scenario)}
${scenario.verdict === 'skipped' ? '' : html`<h5>Tally</h5>${scenarioTally(scenario.tally)}`}
<h5>Run it again</h5>
<div class="replay"><pre><code>${scenario.replay}</code></pre><button type="button" class="copy">Copy</button></div>
<p class="small">Seed <code>${scenario.seed}</code>${scenario.requirements.length === 0 ? '' : html` · ${scenario.requirements.length === 1 ? 'Requirement' : 'Requirements'} ${scenario.requirements.map((id, index) => html`${index === 0 ? '' : ', '}<a href="#${anchors.requirement(id)}">${id}</a>`)}`}</p>
</div>
</details>
`
}

function findingItem({ oracle, verdict, message, examples }: Finding): Html {
  return html`<li>${badge(verdict)}<div><p><code class="oracle">${oracle}</code> ${message}</p>${exampleList(examples)}</div></li>`
}

/** The scenario's own examples, without those that a finding shows already. */
function ownExamples({ examples, findings }: ScenarioResult): Html {
  const shown = new Set(findings.flatMap((finding) => finding.examples))
  const own = examples.filter((example) => !shown.has(example))
  return own.length === 0 ? html`` : html`<h5>${plural(own.length, 'example')}</h5>${exampleList(own)}`
}

function exampleList(examples: readonly string[]): Html {
  if (examples.length === 0) return html``
  return html`<ul class="examples" tabindex="0" aria-label="Examples">${examples.map((example) => html`<li><code dir="auto">${example}</code></li>`)}</ul>`
}
