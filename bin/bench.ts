// npm run bench: how long people wait, against the limits that the project sets itself.

import { ExitCode, UsageError } from '../core/errors.ts'
import { type BenchmarkResult, benchmarks, runBenchmark } from '../suites/benchmarks.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run bench --',
  'Measures how long people wait; exits 1 if a median exceeds its limit.',
  'npm run bench -- --only stack-up --runs 5 --json',
)
  .option('--only <names>', `of ${benchmarks.map(({ name }) => name).join(', ')}; the quick ones when absent`, '')
  .option('--runs <number>', 'how often each is run', '3')
  .option('--json', 'as JSON')

await runCommand(command, async () => {
  const flags = command.opts<{ only: string; runs: string; json?: boolean }>()
  if (!/^[1-9]\d?$/.test(flags.runs)) throw new UsageError(`--runs ${flags.runs}: must be a whole number from 1 to 99`)
  const names = flags.only
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  for (const name of names) {
    if (!benchmarks.some((benchmark) => benchmark.name === name))
      throw new UsageError(`there is no benchmark ${name}; there are: ${benchmarks.map((one) => one.name).join(', ')}`)
  }
  const chosen = benchmarks.filter(({ name, usual }) => (names.length === 0 ? usual : names.includes(name)))
  using status = openStatus()
  const results: BenchmarkResult[] = []
  for (const benchmark of chosen)
    results.push(await runBenchmark(benchmark, Number(flags.runs), (message) => status.update(message)))
  status[Symbol.dispose]()
  if (flags.json) console.log(JSON.stringify({ benchmarks: results }, null, 2))
  else
    for (const { what, minSeconds, medianSeconds, maxSeconds, limitSeconds, withinLimit } of results) {
      console.log(
        `${withinLimit ? 'ok  ' : 'OVER'} ${what}: median ${medianSeconds} s (${minSeconds} to ${maxSeconds}), limit ${limitSeconds} s`,
      )
    }
  return results.every(({ withinLimit }) => withinLimit) ? ExitCode.pass : ExitCode.fail
})
