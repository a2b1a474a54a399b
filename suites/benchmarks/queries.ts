// The benchmarks *queries* and *queries-100m*: how long each query of the catalogue takes over ten or a hundred million rows, and how much memory, with one core.
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { DEFAULTS, parametersOf, queryNames, readQuery } from '../../stack/query/query.ts'
import { utcTime } from '../../stack/query/window.ts'
import { startEmbedded } from '../../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'
import { END_MS, keptRows, makeRows, ROWS, restore } from './queries/rows.ts'

export const queries: Benchmark = { name: 'queries', usual: false, usualRuns: 20, run: overTenMillions }
/** Makes its rows anew each time: they are too many to be kept. */
export const queriesOfMany: Benchmark = { name: 'queries-100m', usual: false, usualRuns: 5, run: overHundredMillions }

const DAYS = 30
const DAY_MS = 86_400_000
/** What is promised of each, at the 95th percentile. */
const LIMIT = { ms: 300, traceMs: 50, megabytes: 200 } as const
const PERCENTILE = 0.95

interface Cost {
  readonly query: string
  readonly p50Ms: number
  readonly p95Ms: number
  readonly megabytes: number
  readonly rowsRead: number
}

async function overTenMillions({ runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const kept = await keptRows(progress)
  return inDirectory(async (directory) => {
    progress('queries: restoring the rows')
    const restoring = monotonicMs()
    await restore(kept, directory)
    const prepared = `restored in ${((monotonicMs() - restoring) / 1000).toFixed(1)} s`
    return measured(directory, { name: 'queries', rows: ROWS, runs, prepared }, progress)
  })
}

async function overHundredMillions({ runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  return inDirectory(async (directory) => {
    const making = monotonicMs()
    await makeRows(directory, 10 * ROWS, progress)
    const prepared = `made in ${((monotonicMs() - making) / 60_000).toFixed(0)} minutes`
    return measured(directory, { name: 'queries-100m', rows: 10 * ROWS, runs, prepared }, progress)
  })
}

async function inDirectory(work: (directory: string) => Promise<BenchmarkResult>): Promise<BenchmarkResult> {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-rows-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  using _removal = atExit(remove)
  try {
    return await work(directory)
  } finally {
    await remove()
  }
}

interface Measurement {
  readonly name: string
  readonly rows: number
  readonly runs: number
  /** How the rows came to be there, and in what time. */
  readonly prepared: string
}

async function measured(
  dataDirectory: string,
  measurement: Measurement,
  progress: (message: string) => void,
): Promise<BenchmarkResult> {
  const { name, runs } = measurement
  const before = loadavg()[0] ?? 0
  await using stack = await startEmbedded({ stackDirectory, ports: 'free', dataDirectory })
  const session = await aSession(stack)
  const costs: Cost[] = []
  for (const query of await queryNames(stackDirectory)) {
    progress(`${name}: ${query}, ${runs} times`)
    costs.push(await costOf(stack, query, session, runs))
  }
  return resultOf(costs, measurement, before)
}

/** One of middle size, from the middle of the year. */
async function aSession(stack: Stack): Promise<string> {
  await using analyst = connect(stack, 'analyst')
  const middle = utcTime(END_MS - 180 * DAY_MS)
  const [row] = await analyst.rows<{ session: string }>(
    `SELECT session_id AS session FROM telemetry.telemetry_events
     WHERE timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {from:DateTime64(3, 'UTC')} + INTERVAL 2 DAY AND session_id IS NOT NULL
     GROUP BY session ORDER BY count() DESC, session LIMIT 1 OFFSET 5`,
    { from: middle },
  )
  if (row === undefined) throw new UserError('the rows have no session in the middle of their year')
  return row.session
}

const summarySchema = z.object({
  read_rows: z.coerce.number(),
  elapsed_ns: z.coerce.number(),
  memory_usage: z.coerce.number(),
})

async function costOf(stack: Stack, query: string, session: string, runs: number): Promise<Cost> {
  const sql = await readQuery(stackDirectory, query)
  const values: Readonly<Record<string, string>> = {
    ...DEFAULTS,
    from: utcTime(END_MS - DAYS * DAY_MS),
    to: utcTime(END_MS),
    session,
  }
  const parameters = parametersOf(sql).map(({ name }) => [`param_${name}`, values[name] ?? ''])
  // `max_threads`: the stack's database may use one core.
  const search = new URLSearchParams([...parameters, ['max_threads', '1'], ['wait_end_of_query', '1']])
  const headers = { 'X-ClickHouse-User': 'analyst', 'X-ClickHouse-Key': stack.passwords.analyst }
  const summaries: z.infer<typeof summarySchema>[] = []
  for (let one = 0; one < runs; one += 1) {
    stopSignal.throwIfAborted()
    const response = await fetch(`${stack.endpoints.clickhouseHttp}/?${search}`, { method: 'POST', headers, body: sql })
    const text = await response.text()
    if (!response.ok) throw new UserError(`${query}: ${text.split('\n')[0]?.slice(0, 300)}`)
    summaries.push(summarySchema.parse(JSON.parse(response.headers.get('X-ClickHouse-Summary') ?? '{}')))
  }
  const ms = summaries.map((summary) => summary.elapsed_ns / 1e6).sort((a, b) => a - b)
  const at = (share: number) => Math.round(ms[Math.min(ms.length - 1, Math.floor(share * ms.length))] ?? 0)
  return {
    query,
    p50Ms: at(0.5),
    p95Ms: at(PERCENTILE),
    megabytes: Math.round(Math.max(...summaries.map((summary) => summary.memory_usage)) / 1e6),
    rowsRead: Math.max(...summaries.map((summary) => summary.read_rows)),
  }
}

function isWithin({ query, p95Ms, megabytes }: Cost): boolean {
  return p95Ms <= (query === 'session-trace' ? LIMIT.traceMs : LIMIT.ms) && megabytes <= LIMIT.megabytes
}

function resultOf(costs: readonly Cost[], measurement: Measurement, before: number): BenchmarkResult {
  const { name, rows, runs, prepared } = measurement
  const machine = { cpuCores: availableParallelism(), loadAverage1mBefore: before }
  return {
    withinLimit: costs.every(isWithin),
    lines: [
      `${name}: ${rows} rows of a year, ${DAYS} days asked, one thread, ${runs} runs; limit ${LIMIT.ms} ms (session-trace ${LIMIT.traceMs} ms) and ${LIMIT.megabytes} MB; ` +
        `${prepared}; ${machine.cpuCores} cores, load average ${before.toFixed(1)} before`,
      ...costs.map(
        (cost) =>
          `${isWithin(cost) ? 'ok  ' : 'OVER'} ${cost.query.padEnd(18)} ${String(cost.p50Ms).padStart(5)} ms, p95 ${String(cost.p95Ms).padStart(5)} ms, ` +
          `${String(cost.megabytes).padStart(4)} MB, ${cost.rowsRead} rows read`,
      ),
    ],
    json: { name, rows, days: DAYS, runs, costs, limit: LIMIT, prepared, machine },
  }
}
