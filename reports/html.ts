// report.html: the run's result as one page for people, which needs nothing but itself.

import type { ScenarioResult } from '../harness/judge/model/verdict.ts'
import type { RunResult } from '../harness/judge/run-result.ts'
import { countVerdicts } from './content/summary.ts'
import { clip } from './content/visible-text.ts'
import { type Anchors, makeAnchors } from './html/anchors.ts'
import { readAssets } from './html/assets.ts'
import { badge, faviconUrl, iconSymbols } from './html/badge.ts'
import { faultsSection } from './html/faults.ts'
import { header } from './html/header.ts'
import { machineSection } from './html/machine.ts'
import { type Html, html, trustedHtml } from './html/markup.ts'
import { measurementsSection } from './html/measurements.ts'
import { requirementsSection } from './html/requirements-table.ts'
import { scenariosSection } from './html/scenarios.ts'
import { totalTallySection } from './html/tally.ts'
import { timeSeriesSection } from './html/time-series.ts'
import { usageSection } from './html/usage.ts'

/** The whole page; works from a file, makes no request, and is readable without scripts. */
export function renderHtml(result: RunResult): string {
  const assets = readAssets()
  const anchors = makeAnchors(result.scenarios)
  const held = countVerdicts(result.scenarios).pass
  const attention = attentionSection(result, anchors)
  const faults = faultsSection(result)
  const series = timeSeriesSection(result)
  const measurements = measurementsSection(result.scenarios, anchors)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(assets.contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${result.verdict.toUpperCase()} · ${held} of ${result.scenarios.length} · Telemetry Proof</title>
<link rel="icon" href="${faviconUrl(result.verdict)}">
<style>${trustedHtml(assets.style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${iconSymbols()}
${header(result)}
<nav aria-label="Sections"><div class="wrap">${attention === undefined ? '' : html`<a href="#attention">Attention</a>`}<a href="#tally">Tally</a><a href="#requirements">Requirements</a><a href="#scenarios">Scenarios</a>${faults === undefined ? '' : html`<a href="#faults">Faults</a>`}${measurements === undefined ? '' : html`<a href="#measurements">Measurements</a>`}${series === undefined ? '' : html`<a href="#series">Over time</a>`}<a href="#usage">Resource use</a><a href="#machine">Machine</a></div></nav>
<main id="content" class="wrap" tabindex="-1">
${attention ?? ''}
${totalTallySection(result.scenarios)}
${requirementsSection(result, anchors)}
${scenariosSection(result.scenarios, anchors)}
${faults ?? ''}
${measurements ?? ''}
${series ?? ''}
${usageSection(result)}
${machineSection(result)}
</main>
<footer class="wrap"><p>report.json beside this page holds the same for programs (schema version ${result.schemaVersion}). Plots by uPlot, MIT licence.</p></footer>
<script>${trustedHtml(assets.plotScript)}</script>
<script>${trustedHtml(assets.pageScript)}</script>
</body>
</html>
`
  return page.markup
}

/** What needs a person's eye, before everything else: what fails, what could not be judged, what the doctor calls bad. */
function attentionSection({ scenarios, doctor }: RunResult, anchors: Anchors): Html | undefined {
  const scenario = (one: ScenarioResult) =>
    html`<li>${badge(one.verdict)}<div><a href="#${anchors.of(one)}">${one.title}</a><p>${clip(one.reason, 300)}</p></div></li>`
  const items = [
    ...scenarios.filter(({ verdict }) => verdict === 'fail').map(scenario),
    ...scenarios.filter(({ verdict }) => verdict === 'unknown').map(scenario),
    ...doctor
      .filter(({ verdict }) => verdict === 'bad')
      .map(
        ({ check, message, advice }) =>
          html`<li>${badge('bad')}<div><a href="#machine">${check}: ${message}</a><p>${advice}</p></div></li>`,
      ),
  ]
  if (items.length === 0) return undefined
  return html`<section id="attention" aria-labelledby="attention-title"><h2 id="attention-title">What needs attention</h2><ol>${items}</ol></section>`
}
