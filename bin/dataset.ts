// npm run dataset: writes what the generator makes as OTLP JSON lines.

import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { nowMs } from '../core/clock.ts'
import { ExitCode, UsageError, UserError } from '../core/errors.ts'
import { writeDataset } from '../generators/sessions/dataset.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run dataset --',
  'Writes generated sessions as OTLP JSON, one export request a line. The same seed and start give the same bytes.',
  'npm run dataset -- --sessions 100 --seed 7 --start 2026-01-01T00:00:00Z --out sample.otlp.jsonl',
)
  .option('--sessions <number>', 'how many sessions', '10')
  .option('--seed <number>', 'the seed of all that is random', '1')
  .option('--start <time>', 'when the first session starts, ISO 8601; a day ago when absent')
  .requiredOption('--out <file>', 'the file to write')

const flagsSchema = z.object({
  sessions: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, {
      error: (issue) => `--sessions ${String(issue.input)}: must be a whole number from 1 to 9,999,999`,
    })
    .transform(Number),
  seed: z
    .string()
    .regex(/^\d{1,15}$/, { error: (issue) => `--seed ${String(issue.input)}: must be a whole number` })
    .transform(Number),
  start: z.iso
    .datetime({ error: (issue) => `--start ${String(issue.input)}: must be a time like 2026-01-01T00:00:00Z` })
    .optional(),
  out: z.string().min(1, { error: '--out must name a file' }),
})

await runCommand(command, async () => {
  const parsed = flagsSchema.safeParse(command.opts())
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'wrong flags')
  const { sessions, seed, start, out } = parsed.data
  const file = resolve(out)
  if ((await stat(file).catch(() => undefined))?.isDirectory())
    throw new UserError(`${out} is a directory; name a file with --out`, ExitCode.unknown)
  await access(dirname(file), constants.W_OK).catch(() => {
    throw new UserError(`${dirname(file)} cannot be written; choose another place with --out`, ExitCode.unknown)
  })
  using status = openStatus()
  status.update(`writing ${sessions} sessions to ${out}`)
  const startMs = start === undefined ? nowMs() - 86_400_000 : Date.parse(start)
  const counts = await writeDataset({ seed, sessions, startMs, out: file })
  status[Symbol.dispose]()
  console.log(
    `${out}: ${counts.sessions} sessions, ${counts.logRecords} log records, ${counts.dataPoints} data points in ${counts.requests} requests, ${(counts.bytes / 1024 ** 2).toFixed(1)} MiB`,
  )
  return ExitCode.pass
})
