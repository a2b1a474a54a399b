// The tally: what became of the events, and what must be zero.

import { mustBeZeroFields, type Tally, tallyMeanings, wayFields } from '../../harness/judge/model/tally.ts'
import type { ScenarioResult } from '../../harness/judge/model/verdict.ts'
import { formatCount } from '../content/numbers.ts'
import { sumInWords, totalTally } from '../content/summary.ts'
import { icon } from './badge.ts'
import { type Html, html } from './markup.ts'

/** The tally of the whole run, each number with its meaning. */
export function totalTallySection(scenarios: readonly ScenarioResult[]): Html {
  const tally = totalTally(scenarios)
  const judged = tally.offered > 0
  const sum = sumInWords(tally)
  const violation = (field: keyof Tally) => {
    const state = tally[field] > 0 ? 'wrong' : judged ? 'right' : 'blank'
    const mark = state === 'wrong' ? icon('fail') : state === 'right' ? icon('pass') : ''
    return html`<div class="${state}"><dt>${field}</dt><dd><b>${mark}${state === 'blank' ? '–' : formatCount(tally[field])}</b><span>${state === 'blank' ? 'not judged' : tallyMeanings[field]}</span></dd></div>`
  }
  const way = (field: keyof Tally) =>
    html`<div><dt>${field}</dt><dd><b>${formatCount(tally[field])}</b><span>${tallyMeanings[field]}</span></dd></div>`
  return html`<section id="tally" aria-labelledby="tally-title">
<h2 id="tally-title">Tally</h2>
<p class="lead">Events and metric data points over all scenarios, compared by content and not by totals.</p>
${sum === '' ? '' : html`<p>${sum}</p>`}
<h3 class="label" id="must-be-zero">Must be zero</h3>
<dl class="tiles faults" aria-labelledby="must-be-zero">${mustBeZeroFields.map(violation)}</dl>
<h3 class="label" id="the-way">What became of the events</h3>
<dl class="tiles way" aria-labelledby="the-way">${wayFields.map(way)}</dl>
</section>`
}

/** The tally of one scenario, as a row of numbers. */
export function scenarioTally(tally: Tally): Html {
  const cell = (field: keyof Tally, wrong: boolean) =>
    html`<div class="${wrong ? 'wrong' : tally[field] === 0 ? 'zero' : 'some'}"><dt title="${tallyMeanings[field]}">${field}</dt><dd>${wrong ? icon('fail') : ''}${formatCount(tally[field])}</dd></div>`
  return html`<dl class="numbers">${wayFields.map((field) => cell(field, false))}${mustBeZeroFields.map((field) => cell(field, tally[field] > 0))}</dl>`
}
