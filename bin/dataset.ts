// npm run dataset: writes what the generator makes as OTLP JSON lines, and loads such files.

import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { z } from 'zod'
import { stopSignal } from '../core/cleanup.ts'
import { nowMs } from '../core/clock.ts'
import { ExitCode, UsageError, UserError } from '../core/errors.ts'
import { type DatasetCounts, writeDataset } from '../generators/sessions/dataset.ts'
import { standard } from '../stack/client/buffer/options.ts'
import { loadFiles } from '../stack/client/load/load-files.ts'
import { transportTo } from '../stack/client/transport/to-url.ts'
import { readState } from '../stack/daily/state.ts'
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
  .option('--out <file>', 'the file to write; - is standard output')
  .allowExcessArguments(true)
  .action(() => {})

let action = () => {
  const [given] = command.args
  if (given !== undefined)
    throw new UsageError(
      `there is no subcommand ${given}; there are: ${command.commands.map((each) => each.name()).join(', ')}`,
    )
  return generate()
}

const load = defineCommand(
  'load',
  'sends files of OTLP JSON lines, each line as one request',
  'npm run dataset -- load sample.otlp.jsonl',
)
  .argument('<files...>', 'files with one export request a line')
  .option(
    '--to <url>',
    'where to: http://host:port or grpc://host:port; the running stack, else http://127.0.0.1:4318, when absent',
  )
  .option('--from <line>', 'the line of the first file to begin with', '1')
  .action((files: string[]) => {
    action = () => loadAll(files, load.opts())
  })
command.addCommand(load)

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
  out: z.string({ error: '--out must be given: the file to write' }).min(1, { error: '--out must name a file' }),
})

await runCommand(command, () => action())

async function generate(): Promise<ExitCode> {
  const parsed = flagsSchema.safeParse(command.opts())
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'wrong flags')
  const { sessions, seed, start, out } = parsed.data
  const startMs = start === undefined ? nowMs() - 86_400_000 : Date.parse(start)
  if (out === '-') {
    const counts = await writeDataset({ seed, sessions, startMs, out: toStandardOutput() })
    console.error(summaryOf('standard output', counts))
    return ExitCode.pass
  }
  const file = resolve(out)
  if ((await stat(file).catch(() => undefined))?.isDirectory())
    throw new UserError(`${out} is a directory; name a file with --out`, ExitCode.unknown)
  await access(dirname(file), constants.W_OK).catch(() => {
    throw new UserError(`${dirname(file)} cannot be written; choose another place with --out`, ExitCode.unknown)
  })
  using status = openStatus()
  status.update(`writing ${sessions} sessions to ${out}`)
  const counts = await writeDataset({ seed, sessions, startMs, out: file })
  status[Symbol.dispose]()
  console.log(summaryOf(out, counts))
  return ExitCode.pass
}

function summaryOf(where: string, counts: DatasetCounts): string {
  return `${where}: ${counts.sessions} sessions, ${counts.logRecords} log records, ${counts.dataPoints} data points in ${counts.requests} requests, ${(counts.bytes / 1024 ** 2).toFixed(1)} MiB`
}

/** Waits for a slow reader, and never ends it: other words may follow. */
function toStandardOutput(): Writable {
  return new Writable({ write: (chunk, _encoding, done) => void process.stdout.write(chunk, done) })
}

async function loadAll(
  files: readonly string[],
  flags: { readonly to?: string; readonly from: string },
): Promise<ExitCode> {
  if (!/^[1-9]\d{0,14}$/.test(flags.from))
    throw new UsageError(`--from ${flags.from}: must be the number of a line, from 1`)
  const to = flags.to ?? (await readState())?.endpoints.otlpHttp ?? 'http://127.0.0.1:4318'
  await using transport = transportTo(to, '--to')
  using status = openStatus()
  let done = ''
  // At once: the process ends while the request that is under way may still be.
  stopSignal.addEventListener('abort', () => {
    if (done !== '') status.print(`stopped; the last request that was taken is ${done}: go on behind it with --from`)
  })
  const counts = await loadFiles({
    ...standard,
    files,
    from: Number(flags.from),
    transport,
    signal: stopSignal,
    refused: (place, reason) => status.print(`${place}: not taken: ${reason}`),
    progress: ({ requests, events }, place) => {
      done = place
      status.update(`${place}: ${counted(requests, 'request')}, ${counted(events, 'event')} taken`)
    },
  })
  status[Symbol.dispose]()
  const { requests, events, refused } = counts
  console.log(
    `${transport.name} took ${counted(events, 'event')} in ${counted(requests, 'request')}${refused === 0 ? '' : `; not taken, or not whole: ${counted(refused, 'line')}`}`,
  )
  return refused === 0 ? ExitCode.pass : ExitCode.fail
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
