// matrix.html: the runs of several machines on one page, which needs nothing but itself.
import { formatDuration } from '../content/numbers.ts'
import { requirementText } from '../content/requirements.ts'
import { clip } from '../content/visible-text.ts'
import { readAssets } from '../html/assets.ts'
import { badge, faviconUrl, icon, iconSymbols } from '../html/badge.ts'
import { type Html, html, trustedHtml } from '../html/markup.ts'
import type { LegResult, Matrix } from './matrix.ts'
import {
  type Cell,
  comparedSentence,
  countsOf,
  differenceSentence,
  type Line,
  machineOf,
  matrixSentence,
  requirementLines,
  scenarioLines,
} from './words.ts'

const MOST_LINES = 300
const MOST_REASONS = 100

/** The whole page; works from a file, makes no request and has no script. */
export function renderMatrixPage(matrix: Matrix): string {
  const { style, contentSecurityPolicy } = readAssets()
  const { legs, verdict } = matrix
  const passed = legs.filter((leg) => leg.verdict === 'pass').length
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${verdict.toUpperCase()} · ${passed} of ${legs.length} platforms · Telemetry Proof</title>
<link rel="icon" href="${faviconUrl(verdict)}">
<style>${trustedHtml(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${iconSymbols()}
<header class="verdict ${verdict}"><div class="wrap">
<p class="brand">Telemetry Proof <span>Platforms</span></p>
<h1>${icon(verdict)}<span>${verdict.toUpperCase()}</span></h1>
<p class="meaning">${matrixSentence(matrix)}</p>
</div></header>
<main id="content" class="wrap" tabindex="-1">
${legsSection(matrix)}
${attentionSection(matrix)}
${linesSection('requirements', 'Requirements', 'Requirement', legs, requirementLines(legs), (id) => html`<b>${id}</b> ${requirementText(id)}`)}
${linesSection('scenarios', 'Scenarios that did not pass everywhere', 'Scenario', legs, scenarioLines(legs), (id) => html`<code>${id}</code>`)}
</main>
<footer class="wrap"><p>matrix.json beside this page holds the same for programs. Each platform has a report of its own.</p></footer>
</body>
</html>
`
  return page.markup
}

function legsSection(matrix: Matrix): Html {
  const { legs } = matrix
  const rows = legs.map(
    ({
      name,
      verdict,
      problem,
      report,
    }) => html`<tr><th scope="row">${name}</th><td>${badge(verdict)}</td><td>${problem === '' ? '' : html`<p>${problem}</p>`}${report ? countsOf(report) : ''}</td><td>${report?.runtime.kind ?? ''}</td><td class="small">${report ? machineOf(report) : ''}</td><td class="number">${report ? formatDuration(report.durationMs) : ''}</td></tr>
`,
  )
  const table =
    legs.length === 0
      ? html`<p class="empty">No report came.</p>`
      : html`<div class="scroll"><table><thead><tr><th scope="col">Platform</th><th scope="col">Verdict</th><th scope="col">Scenarios</th><th scope="col">Runtime</th><th scope="col">Machine</th><th scope="col">Took</th></tr></thead><tbody>${rows}</tbody></table></div>`
  const compared = comparedSentence(matrix)
  return html`<section id="platforms" aria-labelledby="platforms-title"><h2 id="platforms-title">Platforms</h2>
${table}${compared === '' ? '' : html`<p class="lead">${compared}.</p>`}</section>`
}

/** What needs a person's eye: legs that prove nothing, rows that differ, scenarios that did not pass. */
function attentionSection({ legs, differences }: Matrix): Html | '' {
  const silent = legs
    .filter(({ problem }) => problem !== '')
    .map(({ name, problem }) => html`<li>${badge('unknown')}<div><b>${name}</b>: ${problem}</div></li>`)
  const differing = differences.map((each) => html`<li>${badge('fail')}<div>${differenceSentence(each)}</div></li>`)
  const failing = legs.flatMap(({ name, report }) =>
    (report?.scenarios ?? [])
      .filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown')
      .map(
        (scenario) =>
          html`<li>${badge(scenario.verdict)}<div><b>${name}</b>: ${scenario.title}<p>${clip(scenario.reason, 300)}</p><p class="small"><code>${scenario.replay}</code></p></div></li>`,
      ),
  )
  const items = [...differing, ...silent, ...failing]
  if (items.length === 0) return ''
  return html`<section id="attention" aria-labelledby="attention-title"><h2 id="attention-title">What needs attention</h2><ol>${items.slice(0, MOST_REASONS)}</ol>${more(items.length, MOST_REASONS)}</section>`
}

function linesSection(
  id: string,
  title: string,
  what: string,
  legs: readonly LegResult[],
  lines: readonly Line[],
  name: (id: string) => Html,
): Html | '' {
  if (lines.length === 0) return ''
  const rows = lines.slice(0, MOST_LINES).map(
    (line) => html`<tr><th scope="row">${name(line.id)}</th>${line.cells.map(cell)}</tr>
`,
  )
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
<div class="scroll"><table><thead><tr><th scope="col">${what}</th>${legs.map((leg) => html`<th scope="col">${leg.name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>${more(lines.length, MOST_LINES)}</section>`
}

function cell({ verdict }: Cell): Html {
  return verdict === 'absent' ? html`<td>–</td>` : html`<td>${badge(verdict)}</td>`
}

function more(all: number, shown: number): Html | '' {
  return all > shown ? html`<p class="lead">…and ${all - shown} more.</p>` : ''
}
