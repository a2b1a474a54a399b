// npm run soak: sends generated sessions at a constant rate for as long as wanted, and judges every event of them.
import { join } from 'node:path'
import { projectRoot } from '../core/paths.ts'
import { markLatest } from '../harness/run/run-directory.ts'
import { soakCommand } from '../harness/soak/command.ts'
import { clock, soakLine } from '../harness/soak/line.ts'
import { soakOptions } from '../harness/soak/options.ts'
import { renderTable } from '../reports/terminal.ts'
import { writeReports } from '../reports/write.ts'
import { defineCommand, exitCodeOf, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run soak --',
  'Starts a stack of its own, sends generated sessions to it at a constant rate, and reports whether every event is stored exactly once and nothing grows.',
  'npm run soak -- --duration 10m --load 80%',
)
  .option(
    '--duration <time>',
    'how long it sends, like 90s, 10m or 2h; 10 minutes when neither this nor --events is given',
  )
  .option('--events <number>', 'sends so many events, to the next request')
  .option('--rate <number>', 'events a second')
  .option(
    '--load <share>',
    'a share of the saturation, which it finds first, like 80%; 80 % when neither this nor --rate is given',
  )
  .option(
    '--preset <name>',
    'how the sessions are: heavy-session, soak, team-week, team-year, or a file that ends in .yaml',
    'soak',
  )
  .option('--runtime <kind>', 'embedded, docker or podman', 'embedded')
  .option('--faults <switch>', 'on or off: faults of the catalogue, one after the other, while it sends', 'off')
  .option('--seed <number>', 'the seed of all that is random', '1')
  .option('--within <minutes>', 'ends by then, as unknown')
  .option('--resume <run>', 'the directory of a soak that was interrupted: goes on with it')
  .option('--out <directory>', 'where runs are kept', join(projectRoot, 'runs'))
  .option('--json', 'print the report as JSON on standard output')

await runCommand(command, async () => {
  const { json, ...flags } = command.opts<{ json?: boolean } & Record<string, unknown>>()
  const options = soakOptions(flags, (flag) => command.getOptionValueSource(flag) === 'cli')
  using status = openStatus()
  const { run, result } = await soakCommand(options, {
    progress: (message) => status.update(message),
    runtime: (kind, reason) => status.print(`Runtime: ${kind} (${reason})`),
    sampled: (sample, rate, plan) => status.update(soakLine(sample, rate, plan)),
    interrupted: (path, sentMs) =>
      status.print(`interrupted after ${clock(sentMs)} of sending; go on with: npm run soak -- --resume ${path}`),
  })
  status[Symbol.dispose]()
  const files = await writeReports(result, run.path)
  await markLatest(run)
  if (json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  else {
    process.stdout.write(renderTable(result, { reportFile: files.html }))
    const notJudged = result.scenarios
      .flatMap(({ measurements }) => measurements)
      .some(({ name }) => name.endsWith('; not judged'))
    if (notJudged)
      process.stdout.write(
        'Growth of memory was not judged: that takes at least 12 minutes of sending without a new start.\n',
      )
  }
  return exitCodeOf(result.verdict)
})
