// npm run dataset: writes what the generator makes as OTLP JSON lines, and loads such files.

import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { stopSignal } from '../core/cleanup.ts'
import { ExitCode, messageOf, UsageError, UserError } from '../core/errors.ts'
import { survey } from '../generators/preview/survey.ts'
import { previewSvg } from '../generators/preview/svg.ts'
import { previewText } from '../generators/preview/terminal.ts'
import { type DatasetCounts, type Written, writeParts } from '../generators/sessions/dataset.ts'
import { presetNames } from '../generators/team/preset.ts'
import { standard } from '../stack/client/buffer/options.ts'
import { loadFiles } from '../stack/client/load/load-files.ts'
import { transportTo } from '../stack/client/transport/to-url.ts'
import { readState } from '../stack/daily/state.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { type DatasetFlags, datasetFlags } from './cli/dataset-flags.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run dataset --',
  'Writes generated sessions as OTLP JSON, one export request a line. The same seed and start give the same bytes.',
  'npm run dataset -- --preset team-week --seed 7 --start 2026-01-05T00:00:00Z --out sample.otlp.jsonl',
)
  .option('--preset <name>', `how people work: ${(await presetNames()).join(', ')}, or a file that ends in .yaml`)
  .option('--sessions <number>', 'how many sessions; 10, or as the preset has them, when absent')
  .option('--days <number>', 'of a preset: how many days; as the preset has them when absent')
  .option('--seed <number>', 'the seed of all that is random', '1')
  .option(
    '--start <time>',
    'when it starts, ISO 8601; a day ago when absent, with a preset so that its days end last midnight (UTC)',
  )
  .option('--out <file>', 'the file to write; - is standard output')
  .option('--shard <i/n>', 'of a preset: the i-th of n parts that are the whole, one after the other', '1/1')
  .option('--workers <number>', 'of a preset: how many threads make it; the bytes are the same', '1')
  .option('--preview', 'shows what it is like and writes none of it')
  .option('--picture <file>', 'with --preview: also as a picture (SVG)')
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

await runCommand(command, () => action())

async function generate(): Promise<ExitCode> {
  const flags = datasetFlags(command.opts())
  if (flags.preview) return await preview(flags)
  using status = openStatus()
  const told = ({ sessions, logRecords }: DatasetCounts) =>
    status.update(`${sessions} of ${flags.expected()} sessions, ${counted(logRecords, 'log record')}`)
  if (flags.out === '-') {
    const written = await writeParts(await flags.parts(), toStandardOutput(), told)
    status.print(summaryOf('standard output', written))
    return ExitCode.pass
  }
  const file = await fileToWrite(flags.out, '--out')
  const written = await writeParts(await flags.parts(), file, told)
  status[Symbol.dispose]()
  console.log(summaryOf(flags.out, written))
  return ExitCode.pass
}

async function preview(flags: DatasetFlags): Promise<ExitCode> {
  const picture = flags.picture === undefined ? undefined : await fileToWrite(flags.picture, '--picture')
  using status = openStatus()
  const seen = await survey(await flags.sessions(), (events) => status.update(`looking at ${counted(events, 'event')}`))
  status[Symbol.dispose]()
  process.stdout.write(previewText(flags.title, seen))
  if (picture !== undefined)
    await writeFile(picture, previewSvg(flags.title, seen)).catch((error: unknown) => {
      throw new UserError(`${flags.picture} cannot be written: ${messageOf(error)}`, ExitCode.unknown)
    })
  return ExitCode.pass
}

async function fileToWrite(given: string, flag: string): Promise<string> {
  const file = resolve(given)
  if ((await stat(file).catch(() => undefined))?.isDirectory())
    throw new UserError(`${given} is a directory; name a file with ${flag}`, ExitCode.unknown)
  await access(dirname(file), constants.W_OK).catch(() => {
    throw new UserError(`${dirname(file)} cannot be written; choose another place with ${flag}`, ExitCode.unknown)
  })
  return file
}

function summaryOf(where: string, written: Written): string {
  const { sessions, logRecords, dataPoints, requests, bytes, sha256 } = written
  return `${where}: ${sessions} sessions, ${logRecords} log records, ${dataPoints} data points in ${requests} requests, ${(bytes / 1024 ** 2).toFixed(1)} MiB\nSHA-256: ${sha256}`
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
