// npm run query: what it cost and what happened, asked of the running stack.
import { nowMs } from '../core/clock.ts'
import { ExitCode, UsageError, UserError } from '../core/errors.ts'
import { stackDirectory } from '../core/paths.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { requireState } from '../stack/daily/state.ts'
import { requireSchema, whyNothing } from '../stack/query/data-there.ts'
import { exactJson } from '../stack/query/exact.ts'
import { notesOn } from '../stack/query/notes.ts'
import { overview } from '../stack/query/overview.ts'
import { readPeople } from '../stack/query/people.ts'
import { answerOf, DEFAULTS, parametersOf, queryNames, readQuery, runQuery } from '../stack/query/query.ts'
import { type Format, formats, type Row, type Showing, show } from '../stack/query/show.ts'
import { type WindowFlags, windowOf, windowParameters } from '../stack/query/window.ts'
import { loadedSample, settingsFor } from '../stack/samples/loaded.ts'
import { defineCommand, runCommand } from './cli/command.ts'

/** Of what is not a terminal: nothing is cut. */
const WIDTH = 100_000
/** Of a query of one's own: they are held in memory. ClickHouse says so where there are more. */
const MOST_ROWS = 1_000_000

const command = defineCommand(
  'npm run query --',
  'Says what it cost and what happened, from the running stack. Without a name: an overview; `list` says what can be asked.',
  'npm run query -- cost-by-day --days 7 --tz Europe/Berlin',
)
  .argument('[name]', 'the query, or list; without it, an overview')
  .option('--days <number>', 'so many calendar days until now, today among them; 30 when absent')
  .option('--from <time>', 'from a day (2026-01-31) or time on')
  .option('--to <time>', 'until before a day or time; until now when absent')
  .option('--tz <zone>', 'the time zone of days and times, such as Europe/Berlin; that of this machine when absent')
  .option('--user <id>', 'only of a person: the beginning of a user_id')
  .option('--chapter <id>', 'only of a chapter')
  .option('--branch <name>', 'only of a branch')
  .option('--session <id>', 'for session-trace: the session')
  .option('--dataset <name>', 'of a sample that was loaded (npm run dataset -- list), and of nothing else')
  .option('--top <number>', 'for queries that show the first rows only: how many; 20 when absent')
  .option('--silent-days <number>', 'for silence: how many days; 7 when absent')
  .option('--limit <usd>', 'for budget: what the month may cost')
  .option('--check', 'with --limit: exits 1 when more than that was spent')
  .option('--people <file>', 'names for people: a YAML file, as in "9b4fe5c1": Ada, by the beginning of a user_id')
  .option('--format <name>', `${formats.join(', ')}; table when absent`)
  .option('--json', 'the same as --format json')
  .option('--show-sql', 'prints the query instead of asking it')
  .option('--sql <statement>', 'asks a query of your own, as the analyst, who can only read')

interface Flags extends WindowFlags {
  readonly user?: string
  readonly chapter?: string
  readonly branch?: string
  readonly session?: string
  readonly dataset?: string
  readonly top?: string
  readonly silentDays?: string
  readonly limit?: string
  readonly check?: boolean
  readonly people?: string
  readonly format?: string
  readonly json?: boolean
  readonly showSql?: boolean
  readonly sql?: string
}

/** Flags that are parameters of some queries only: flag, parameter, and what it must look like. */
const ONLY_SOME = [
  ['user', 'user', /./, 'an id'],
  ['chapter', 'chapter', /./, 'a chapter'],
  ['branch', 'branch', /./, 'a branch'],
  ['session', 'session', /./, 'a session id'],
  ['top', 'top', /^[1-9]\d{0,6}$/, 'a whole number from 1 to 9999999'],
  ['silentDays', 'days', /^\d{1,5}$/, 'a whole number of days, 99999 at most'],
  ['limit', 'limit', /^\d{1,12}(?:\.\d{1,6})?$/, 'US dollars, as in 500 or 99.50, less than a trillion'],
] as const

await runCommand(command, async () => {
  const flags = command.opts<Flags>()
  try {
    return await answer(command.args[0], flags)
  } catch (error) {
    // With --check a failure says that more was spent; that nothing could be asked is unknown.
    if (!flags.check || !(error instanceof UserError) || error.exitCode !== ExitCode.fail) throw error
    throw new UserError(error.message, ExitCode.unknown, { cause: error })
  }
})

async function answer(name: string | undefined, flags: Flags): Promise<ExitCode> {
  if (name === 'list') return await list()
  if (flags.sql?.trim() === '') throw new UsageError('--sql: give a statement')
  if (flags.sql !== undefined && name !== undefined)
    throw new UsageError('--sql is a query of its own: leave out the name')
  const text = name === undefined ? undefined : await readQuery(stackDirectory, name)
  const parameters = parametersFrom(flags, name, text)
  const window = windowOf(flags, nowMs())
  const format = formatOf(flags)
  if (name === undefined && flags.sql === undefined && (format === 'csv' || format === 'markdown'))
    throw new UsageError(
      `an overview is several tables, and no ${format}: name a query, as in overview --format ${format}`,
    )
  if (flags.showSql) {
    console.log((flags.sql ?? text ?? (await readQuery(stackDirectory, 'overview'))).trimEnd())
    return ExitCode.pass
  }
  const showing: Showing = {
    format,
    // A terminal of 0 columns does not know how many it has.
    width: process.stdout.columns || WIDTH,
    people: flags.people === undefined ? new Map() : await readPeople(flags.people),
    tz: window.tz,
  }
  const { endpoints, users, database: databaseName } = await requireState()
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  const stack = { endpoints, passwords, database: databaseName }
  if (flags.sql !== undefined) {
    await using own = connect(stack, 'analyst', {
      json: exactJson,
      settings: { max_result_rows: MOST_ROWS, ...settingsFor(flags.dataset) },
    })
    await requireSample(own, flags)
    printRows(await own.rows<Row>(flags.sql), showing, 'no rows')
    return ExitCode.pass
  }
  await using database = connect(stack, 'analyst', { settings: settingsFor(flags.dataset) })
  await requireSchema(database, stackDirectory)
  await requireSample(database, flags)
  const given = { ...windowParameters(window), ...parameters }
  if (name === undefined) {
    console.log(await overview(database, stackDirectory, window, given, showing))
    for (const note of await notesOn(database, stackDirectory, window, flags.dataset)) console.error(note)
    return ExitCode.pass
  }
  const rows = await runQuery<Row>(database, stackDirectory, name, given)
  if (flags.people !== undefined && rows[0] !== undefined && !('user_id' in rows[0]))
    console.error(`--people: ${name} says nothing of people`)
  const asks = (what: string) => parametersOf(text ?? '').some((parameter) => parameter.name === what)
  const isElsewhere = rows.length === 0 && (asks('from') || asks('session'))
  printRows(
    rows,
    name === 'cost-by-day' ? { ...showing, bars: 'cost_usd' } : showing,
    isElsewhere ? await whyNothing(database, window, flags.session, filtersOf(flags)) : 'no rows',
  )
  if (name !== 'impossible-times' && name !== 'session-trace')
    for (const note of await notesOn(database, stackDirectory, window, flags.dataset)) console.error(note)
  const top = Number(parameters.top ?? DEFAULTS.top)
  if (rows.length === top && asks('top')) console.error(`the first ${top} rows; more with --top`)
  return flags.check ? checkBudget(rows[0], filtersOf(flags)) : ExitCode.pass
}

/** @throws UsageError when there is no such sample: no rows would look like an answer */
async function requireSample(database: Database, { dataset }: Flags): Promise<void> {
  if (dataset !== undefined) await loadedSample(database, dataset)
}

/** @throws UserError, as *unknown*, when nothing was spent by what was asked for: a typing error must not pass. */
function checkBudget(row: Row | undefined, filters: string): ExitCode {
  const spent = Number(row?.spent_usd)
  if (spent === 0 && filters !== '')
    throw new UserError(`budget: nothing was spent with ${filters}; is it written rightly?`, ExitCode.unknown)
  return spent > Number(row?.limit_usd) ? ExitCode.fail : ExitCode.pass
}

async function list(): Promise<ExitCode> {
  const names = await queryNames(stackDirectory)
  const width = Math.max(...names.map((each) => each.length))
  for (const each of names) console.log(`${each.padEnd(width)}  ${answerOf(await readQuery(stackDirectory, each))}`)
  return ExitCode.pass
}

function parametersFrom(flags: Flags, name: string | undefined, text: string | undefined): Record<string, string> {
  const overviewAsks = flags.sql === undefined ? ['user', 'chapter', 'branch'] : []
  const asked = new Set(text === undefined ? overviewAsks : parametersOf(text).map((parameter) => parameter.name))
  const found: Record<string, string> = {}
  for (const [flag, parameter, looks, what] of ONLY_SOME) {
    const value = flags[flag]
    if (value === undefined) continue
    const shown = `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (!asked.has(parameter)) throw new UsageError(`${nameOf(flags, name)} takes no ${shown}`)
    if (!looks.test(value)) throw new UsageError(`${shown} ${value}: give ${what}`)
    found[parameter] = value
  }
  const isAsked = (what: string) => (text === undefined ? flags.sql === undefined : asked.has(what))
  const times = { days: 'from', from: 'from', to: 'to' } as const
  for (const flag of ['days', 'from', 'to'] as const)
    if (flags[flag] !== undefined && !isAsked(times[flag]))
      throw new UsageError(`${nameOf(flags, name)} takes no --${flag}`)
  if (flags.check && (name !== 'budget' || flags.limit === undefined))
    throw new UsageError('--check is for budget with --limit')
  return found
}

function nameOf(flags: Flags, name: string | undefined): string {
  return flags.sql === undefined ? (name ?? 'the overview') : '--sql'
}

/** What was asked for only, as it was typed. */
function filtersOf(flags: Flags): string {
  return (['user', 'chapter', 'branch'] as const)
    .filter((flag) => flags[flag] !== undefined)
    .map((flag) => `--${flag} ${flags[flag]}`)
    .join(' ')
}

function formatOf(flags: Flags): Format {
  if (flags.json && flags.format !== undefined && flags.format !== 'json')
    throw new UsageError('--json and --format exclude each other')
  const format = flags.json ? 'json' : (flags.format ?? 'table')
  const known = formats.find((each) => each === format)
  if (known === undefined) throw new UsageError(`--format ${format}: give one of ${formats.join(', ')}`)
  return known
}

/** What says that there is nothing goes to the side, so that programs get no rows and not a sentence. */
function printRows(rows: readonly Row[], showing: Showing, nothing: string): void {
  if (rows.length === 0 && showing.format !== 'json') console.error(nothing)
  else console.log(show(rows, showing))
}
