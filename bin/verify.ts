// npm run verify:platform: reports whether the platform works on this machine.
import { join } from 'node:path'
import { projectRoot } from '../core/paths.ts'
import { markLatest } from '../harness/run/run-directory.ts'
import { verify } from '../harness/run/verify.ts'
import { verifyOptions } from '../harness/run/verify-options.ts'
import { renderTable } from '../reports/terminal.ts'
import { writeContents, writeReports } from '../reports/write.ts'
import { catalogue } from '../scenarios/catalogue.ts'
import { renderDoctor } from '../stack/doctor/render.ts'
import { defineCommand, exitCodeOf, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run verify:platform --',
  'Starts the stack on this machine, sends real and generated telemetry through it, and reports whether the platform works.',
  'npm run verify:platform -- --profile smoke --only ingest,schema',
)
  .option('--runtime <kind>', 'auto, embedded, docker or podman', 'auto')
  .option('--profile <name>', 'smoke, standard or full', 'standard')
  .option('--only <names>', 'suites or scenario ids, separated by commas', '')
  .option('--seed <number>', 'the seed of all that is random; the same seed sends the same sessions', '1')
  .option('--clock <time>', 'the time that all data is shifted to, like 2026-01-01T00:00:00Z; now when absent')
  .option('--same-as <run>', 'the directory of another run: takes its seed, clock and profile, and must store the same')
  .option('--out <directory>', 'where runs are kept', join(projectRoot, 'runs'))
  .option('--json', 'print the report as JSON on standard output')

await runCommand(command, async () => {
  const flags = command.opts<{ json?: boolean }>()
  const options = verifyOptions(command.opts())
  using status = openStatus()
  const outcome = await verify(catalogue, options, {
    progress: (message) => status.update(message),
    doctor: (findings) => status.print(renderDoctor(findings)),
    runtime: (kind, reason) => status.print(`Runtime: ${kind} (${reason})`),
    compared: (message) => status.print(`Compared: ${message}`),
    result: (result) => {
      // What was skipped is told at the end; what is wrong is worth knowing at once.
      if (result.verdict === 'fail' || result.verdict === 'unknown')
        status.print(`${result.verdict.padEnd(7)} ${result.id}: ${result.title}`)
    },
  })
  status[Symbol.dispose]()
  const files = await writeReports(outcome.result, outcome.run.path)
  await writeContents(outcome.contents, outcome.run.path)
  await markLatest(outcome.run)
  if (flags.json) process.stdout.write(`${JSON.stringify(outcome.result, null, 2)}\n`)
  else process.stdout.write(renderTable(outcome.result, { reportFile: files.html }))
  return exitCodeOf(outcome.result.verdict)
})
