// The head of the page: the verdict, what it means, and which run it is about.
import type { RunResult } from '../../harness/judge/run-result.ts'
import { formatDuration } from '../content/numbers.ts'
import { verdictSentence } from '../content/verdict-sentence.ts'
import { icon } from './badge.ts'
import { type Html, html } from './markup.ts'

export function header(result: RunResult): Html {
  const facts: readonly (readonly [string, Html | string])[] = [
    [
      'Started',
      html`<time datetime="${result.startedAt}">${result.startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}</time>`,
    ],
    ['Duration', formatDuration(result.durationMs)],
    ['Profile', result.profile],
    ['Runtime', result.runtime.kind],
    ['Seed', html`<code>${result.seed}</code>`],
    ['Run', html`<code>${result.runId}</code>`],
  ]
  return html`<header class="verdict ${result.verdict}">
<div class="wrap">
<p class="brand">Telemetry Proof <span>Verification report</span></p>
<h1>${icon(result.verdict)}<span>${result.verdict.toUpperCase()}</span></h1>
<p class="meaning">${verdictSentence(result)}</p>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</div>
</header>`
}
