// npm run check: judges a run again from its history, offline.
import { resolve } from 'node:path'
import { defineCommand, runCommand } from '../core/command.ts'
import { ExitCode } from '../core/errors.ts'
import { readHistory } from '../scenarios/history.ts'
import { judge } from '../scenarios/judge.ts'
import { worstVerdict } from '../scenarios/verdict.ts'

const command = defineCommand(
  'npm run check --',
  'Judges a run again from what it wrote down: offered, answered and stored.',
  'npm run check -- runs/latest',
)
  .argument('<run>', 'the directory of a run')
  .option('--json', 'as JSON')

await runCommand(command, async () => {
  const [run = ''] = command.args
  const judged = (await readHistory(resolve(run))).map(({ id, evidence }) => ({ id, ...judge(evidence) }))
  const verdict = worstVerdict(judged.map((one) => one.verdict))
  if (command.opts<{ json?: boolean }>().json) {
    console.log(JSON.stringify({ verdict, scenarios: judged }, null, 2))
  } else {
    for (const { id, verdict: one, findings } of judged) {
      console.log(`${one.padEnd(7)} ${id}`)
      for (const finding of findings.filter((found) => found.verdict !== 'pass')) {
        console.log(`        ${finding.oracle}: ${finding.message}`)
        for (const example of finding.examples.slice(0, 5)) console.log(`          ${example}`)
      }
    }
    console.log(`${verdict}: ${judged.length} scenarios judged again`)
  }
  return { pass: ExitCode.pass, fail: ExitCode.fail, unknown: ExitCode.unknown, skipped: ExitCode.unknown }[verdict]
})
