// npm run dataset: writes what the generator makes as files, loads such files as samples, and removes them again.

import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ExitCode, messageOf, UsageError, UserError } from '../core/errors.ts'
import { survey } from '../generators/preview/survey.ts'
import { previewSvg } from '../generators/preview/svg.ts'
import { previewText } from '../generators/preview/terminal.ts'
import { type DatasetCounts, type Written, writeParts } from '../generators/sessions/dataset.ts'
import { presetNames } from '../generators/team/preset.ts'
import { compressions, formatNames } from '../harness/dataset/formats.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { counted } from './cli/counted.ts'
import { filesFlags, writeFilesOf } from './cli/dataset-files.ts'
import { type DatasetFlags, datasetFlags } from './cli/dataset-flags.ts'
import { checkDirectory, loadPaths } from './cli/dataset-load.ts'
import { listSamples, unloadSample } from './cli/dataset-samples.ts'
import { openStatus } from './cli/status.ts'
import { toStandardOutput } from './cli/to-standard-output.ts'

const command = defineCommand(
  'npm run dataset --',
  'Writes generated sessions: as a file of OTLP JSON, one export request a line, or with --format as a directory of files with a manifest. The same seed and start give the same bytes.',
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
  .option(
    '--out <path>',
    'the file to write, or a directory where it ends with / or --format is given; - is standard output',
  )
  .option('--format <names>', `makes a directory with files in these formats: ${formatNames.join(', ')}; with commas`)
  .option('--compress <name>', `with --format: ${compressions.join(', ')}`)
  .option(
    '--split <number>',
    'with --format: begins a new file after so many records, or MiB as in 64MiB; 250,000 records when absent',
  )
  .option(
    '--events <number>',
    'of a preset, with --format: its sessions are copied, weeks later and with other ids, until there are so many log records',
  )
  .option('--shard <i/n>', 'of a preset: the i-th of n parts that are the whole, one after the other', '1/1')
  .option('--workers <number>', 'of a preset: how many threads make it; the bytes are the same', '1')
  .option('--preview', 'shows what it is like and writes none of it')
  .option('--picture <file>', 'with --preview: also as a picture (SVG)')
  .allowExcessArguments(true)
  .enablePositionalOptions()
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
  'sends files of OTLP JSON lines, each line as one request; or loads a directory, when its checksums are those of its manifest, as a sample: no query sees it that does not ask for it',
  'npm run dataset -- load week/ --as week',
)
  .argument('<paths...>', 'files with one export request a line, or one directory that was written with --format')
  .option(
    '--to <url>',
    'where to: http://host:port or grpc://host:port; the running stack, else http://127.0.0.1:4318, when absent',
  )
  .option('--from <line>', 'the line of the first file to begin with', '1')
  .option(
    '--format <name>',
    `of a directory: which of its formats (${formatNames.join(', ')}); the first that it has when absent`,
  )
  .option(
    '--as <name>',
    "the sample's name; of a directory its own when absent; files are loaded as no sample when absent",
  )
  .action((paths: string[]) => {
    action = () => loadPaths(paths, load.opts())
  })
command.addCommand(load)

const check = defineCommand(
  'check',
  'asks the running stack about the sample every query that the manifest of a directory answers, and says which answers differ',
  'npm run dataset -- check week/',
)
  .argument('<directory>', 'that was written with --format, and loaded')
  .option('--as <name>', 'the name that it was loaded under; its own when absent')
  .action((directory: string) => {
    action = () => checkDirectory(directory, check.opts<{ as?: string }>().as)
  })
command.addCommand(check)

const list = defineCommand('list', 'says which samples the running stack holds', 'npm run dataset -- list')
  .option('--json', 'as JSON')
  .action(() => {
    action = () => listSamples(list.opts<{ json?: boolean }>().json === true)
  })
command.addCommand(list)

const unload = defineCommand(
  'unload',
  'removes a sample from the running stack, and nothing else',
  'npm run dataset -- unload week --dry-run',
)
  .argument('<name>', 'of the sample, as list tells it')
  .option('--dry-run', 'only tell what there is')
  .action((name: string) => {
    action = () => unloadSample(name, unload.opts<{ dryRun?: boolean }>().dryRun === true)
  })
command.addCommand(unload)

await runCommand(command, () => action())

async function generate(): Promise<ExitCode> {
  const flags = datasetFlags(command.opts())
  const files = filesFlags(command.opts())
  if (flags.preview) return await preview(flags)
  if (files !== undefined) return await writeFilesOf(flags, files)
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
