// npm run bench: how long people wait, against the limits that the project sets itself, and what the stack costs.

import { ExitCode, UsageError } from '../core/errors.ts'
import type { BenchmarkResult } from '../suites/benchmarks/benchmark.ts'
import { chooseBenchmarks } from '../suites/benchmarks/choose.ts'
import { benchmarks } from '../suites/benchmarks/index.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run bench --',
  'Measures how long people wait, and what the stack costs; exits 1 if a median exceeds its limit.',
  'npm run bench -- stack-up --runs 5 --json',
)
  .argument('[names...]', `of ${benchmarks.map(({ name }) => name).join(', ')}; the quick ones when absent`)
  .option('--only <names>', 'the same, with commas between them', '')
  .option(
    '--runs <number>',
    'how often each is run; 3 times when absent; load, price and sanitization 5 times, queries 20, queries-100m 5, bytes once',
    '',
  )
  .option('--json', 'as JSON')

await runCommand(command, async () => {
  const flags = command.opts<{ only: string; runs: string; json?: boolean }>()
  if (!/^([1-9]\d?)?$/.test(flags.runs))
    throw new UsageError(`--runs ${flags.runs}: must be a whole number from 1 to 99`)
  const chosen = chooseBenchmarks(benchmarks, [flags.only, ...command.args])
  using status = openStatus()
  const results: BenchmarkResult[] = []
  for (const { run, usualRuns } of chosen) {
    const runs = flags.runs === '' ? usualRuns : Number(flags.runs)
    results.push(await run({ runs, progress: (message) => status.update(message) }))
  }
  status[Symbol.dispose]()
  if (flags.json) console.log(JSON.stringify({ benchmarks: results.map(({ json }) => json) }, null, 2))
  else for (const { lines } of results) for (const line of lines) console.log(line)
  return results.every(({ withinLimit }) => withinLimit) ? ExitCode.pass : ExitCode.fail
})
