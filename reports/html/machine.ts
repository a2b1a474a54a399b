// The machine: what the stack was made of, where it ran, and what the doctor found.
import type { RunResult } from '../../harness/judge/run-result.ts'
import { formatBytes, formatCount } from '../content/numbers.ts'
import { badge } from './badge.ts'
import { type Html, html } from './markup.ts'

export function machineSection({ platform, runtime, doctor, usage }: RunResult): Html {
  const facts: readonly (readonly [string, string])[] = [
    ['System', `${platform.os} ${platform.arch}${platform.wsl === null ? '' : `, WSL ${platform.wsl}`}`],
    ['Kernel', platform.kernel],
    ['Processors', formatCount(platform.cpus)],
    ['Memory', formatBytes(platform.memoryBytes)],
    ['Node', platform.node],
    ['Runtime', `${runtime.kind}${runtime.reason === '' ? '' : `: ${runtime.reason}`}`],
  ]
  return html`<section id="machine" aria-labelledby="machine-title">
<h2 id="machine-title">Machine and components</h2>
<dl class="facts card">${facts.map(([name, value]) => html`<div class="${name === 'Runtime' ? 'wide' : 'fact'}"><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h3>Components</h3>
${
  runtime.components.length === 0
    ? html`<p class="empty">No component was started.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Table of components"><table>
<caption>What really ran, and where it came from</caption>
<thead><tr><th scope="col">Component</th><th scope="col">Version</th><th scope="col">Source</th></tr></thead>
<tbody>${runtime.components.map(({ name, version, source }) => html`<tr><th scope="row">${name}</th><td><code>${version}</code></td><td>${source}</td></tr>`)}</tbody>
</table></div>`
}
${storageTable(usage)}
<h3>Doctor</h3>
${
  doctor.length === 0
    ? html`<p class="empty">The doctor did not look at this machine.</p>`
    : html`<table class="doctor" role="table">
<caption>What was found on this machine, and what to do about it</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Check</th><th role="columnheader" scope="col">Verdict</th><th role="columnheader" scope="col">Found</th></tr></thead>
<tbody role="rowgroup">${doctor.map(
        ({ check, verdict, message, advice }) =>
          html`<tr role="row"><th role="rowheader" scope="row">${check}</th><td role="cell">${badge(verdict)}</td><td role="cell">${message}${advice === '' ? '' : html`<p class="advice"><b>What to do</b> ${advice}</p>`}</td></tr>`,
      )}</tbody>
</table>`
}
</section>`
}

/** Disk of images and volumes; nothing where the stack ran in no containers. */
function storageTable({ storage }: RunResult['usage']): Html {
  if (storage.length === 0) return html``
  return html`<h3>Disk</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Table of disk use"><table>
<caption>What images and volumes took at the end</caption>
<thead><tr><th scope="col">Kind</th><th scope="col">Name</th><th scope="col" class="number">Size</th></tr></thead>
<tbody>${storage.map(({ kind, name, bytes }) => html`<tr><td>${kind}</td><th scope="row">${name}</th><td class="number">${formatBytes(bytes)}</td></tr>`)}</tbody>
</table></div>`
}
