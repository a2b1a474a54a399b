// npm run check: judges a run again from its history, offline.
import { resolve } from 'node:path'
import { checkRun } from '../harness/run/check.ts'
import { defineCommand, exitCodeOf, runCommand } from './cli/command.ts'

const command = defineCommand(
  'npm run check --',
  'Judges a run again, offline, from its history: what was offered, answered and stored.',
  'npm run check -- runs/latest',
)
  .argument('<run>', 'the directory of a run')
  .option('--json', 'as JSON')

await runCommand(command, async () => {
  const [run = ''] = command.args
  const { verdict, scenarios, incomplete } = await checkRun(resolve(run))
  if (command.opts<{ json?: boolean }>().json) {
    console.log(JSON.stringify({ verdict, scenarios, incomplete }, null, 2))
  } else {
    for (const { id, verdict: one, findings, withoutEvidence } of scenarios) {
      console.log(`${one.padEnd(7)} ${id}${withoutEvidence === '' ? '' : `: not judged again: ${withoutEvidence}`}`)
      for (const finding of findings.filter((found) => found.verdict !== 'pass')) {
        console.log(`        ${finding.oracle}: ${finding.message}`)
        for (const example of finding.examples.slice(0, 5)) console.log(`          ${example}`)
      }
    }
    if (incomplete !== '') console.log(incomplete)
    const again = scenarios.filter(({ withoutEvidence }) => withoutEvidence === '').length
    console.log(`${verdict}: ${again} of ${scenarios.length} scenarios judged again`)
  }
  return exitCodeOf(verdict)
})
