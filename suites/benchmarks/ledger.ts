// The benchmark *ledger*: what it takes to judge a bulk load: to note its answers, to read back what is stored, and to hold the one against the other.
import { availableParallelism, loadavg } from 'node:os'
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { type Range, rangeOf } from '../../core/range.ts'
import { makeRequestTemplate } from '../../generators/bulk/request-template.ts'
import { grpcSender } from '../../generators/emit/replay-grpc.ts'
import { BulkLedger } from '../../harness/experiment/bulk-ledger.ts'
import { countBulk, readBulk } from '../../harness/experiment/bulk-read-back.ts'
import { judgeBulk } from '../../harness/judge/judge-bulk.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import { startEmbedded } from '../../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'
import { storeCopies } from './ledger/copies.ts'

export const ledger: Benchmark = { name: 'ledger', usual: false, usualRuns: 3, run }

/** What is promised: ten million events within ten seconds and 64 MB. */
const EVENTS = 10_000_000
const LIMIT = { seconds: 10, megabytes: 64 } as const
const EVENTS_A_REQUEST = 100
/** As the suite *load* has. */
const TEMPLATES = 6
const COPIES = Math.ceil(EVENTS / EVENTS_A_REQUEST / TEMPLATES)
const SAMPLE_MS = 10

interface Cost {
  readonly seconds: number
  /** User and system, of this process and of ClickHouse: what `seconds` would be on one core without neighbours. */
  readonly cpuSeconds: number
  /** By how much this process has grown at most. */
  readonly megabytes: number
}

async function run({ runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const before = loadavg()[0] ?? 0
  progress('ledger: starting a stack')
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using analyst = connect(stack, 'analyst')
  progress(`ledger: storing ${EVENTS} events`)
  await fill(stack, analyst)
  const costs: Cost[] = []
  for (let one = 0; one < runs; one += 1) {
    stopSignal.throwIfAborted()
    progress(`ledger: run ${one + 1} of ${runs}`)
    costs.push(await costOf(stack, () => judgeAll(stack, analyst)))
  }
  return resultOf(costs, before)
}

function emptyLedger({ salt }: Stack): BulkLedger {
  const startMs = Date.parse('2026-01-01T00:00:00Z')
  const options = { seed: 1, startMs, events: EVENTS_A_REQUEST }
  return new BulkLedger(
    Array.from({ length: TEMPLATES }, (_, index) => makeRequestTemplate({ ...options, index })),
    salt,
  )
}

/** The first copy of each template on the whole way, the others from these. */
async function fill(stack: Stack, analyst: Database): Promise<void> {
  const first = emptyLedger(stack)
  await using sender = grpcSender({ protocol: 'grpc', endpoint: stack.endpoints.otlpGrpc, timeoutMs: 10_000 })
  for (let number = 0; number < TEMPLATES; number += 1) await first.offer(sender)
  const want = first.events('accepted')
  await until('the first requests', async () => (await countBulk(first, analyst)) === want, { timeoutMs: 30_000 })
  await using admin = connect(stack, 'admin')
  await storeCopies(admin, TEMPLATES, COPIES)
  await until('rest from merging', async () => (await admin.rows('SELECT 1 FROM system.merges LIMIT 1')).length === 0, {
    timeoutMs: 120_000,
    intervalMs: 500,
    signal: stopSignal,
  })
}

/** @throws UserError when it does not find exactly what is there */
async function judgeAll(stack: Stack, analyst: Database): Promise<void> {
  const noted = emptyLedger(stack)
  for (let number = 0; number < TEMPLATES * COPIES; number += 1) noted.note(number, 'accepted')
  const { stored, lost, duplicated, corrupted, unexpected } = judgeBulk(noted, await readBulk(noted, analyst))
  if (stored !== noted.events('accepted') || lost + duplicated + corrupted + unexpected > 0)
    throw new UserError(
      `the load was judged wrong: ${JSON.stringify({ stored, lost, duplicated, corrupted, unexpected })}`,
    )
}

async function costOf(stack: Stack, work: () => Promise<void>): Promise<Cost> {
  const cpuBefore = await cpuSeconds(stack)
  const rss = process.memoryUsage.rss()
  let peak = rss
  let isWorking = true
  const sample = async () => {
    for (; isWorking; await sleep(SAMPLE_MS)) peak = Math.max(peak, process.memoryUsage.rss())
  }
  const sampled = sample()
  const startMs = monotonicMs()
  await work().finally(() => {
    isWorking = false
  })
  const seconds = (monotonicMs() - startMs) / 1000
  await sampled
  const megabytes = (Math.max(peak, process.memoryUsage.rss()) - rss) / 1e6
  return { seconds, cpuSeconds: (await cpuSeconds(stack)) - cpuBefore, megabytes }
}

async function cpuSeconds(stack: Stack): Promise<number> {
  const { user, system } = process.cpuUsage()
  return ((await stack.service('clickhouse').cpuMs?.()) ?? 0) / 1000 + (user + system) / 1e6
}

function resultOf(costs: readonly Cost[], loadAverage1mBefore: number): BenchmarkResult {
  const seconds = hundredths(costs.map((cost) => cost.seconds))
  const cpu = hundredths(costs.map((cost) => cost.cpuSeconds))
  // The first run pays for what stays: later ones find it there.
  const megabytes = hundredths(costs.map((cost) => cost.megabytes))
  const withinLimit = seconds.median <= LIMIT.seconds && megabytes.max <= LIMIT.megabytes
  const events = EVENTS_A_REQUEST * TEMPLATES * COPIES
  const said = withinLimit ? 'ok  ' : 'OVER'
  return {
    withinLimit,
    lines: [
      `${said} ledger: ${events} events judged in ${seconds.median} s (${seconds.min} to ${seconds.max}), limit ${LIMIT.seconds} s, ${cpu.median} s of CPU; ` +
        `${megabytes.max} MB at most, limit ${LIMIT.megabytes} MB; ${availableParallelism()} cores, load average ${loadAverage1mBefore.toFixed(1)} before`,
    ],
    json: {
      name: 'ledger',
      what: 'noting, reading back and judging a bulk load, in telemetry_events (FINAL)',
      runs: costs.length,
      events,
      seconds,
      cpuSeconds: cpu,
      megabytes,
      limitSeconds: LIMIT.seconds,
      limitMegabytes: LIMIT.megabytes,
      machine: { cpuCores: availableParallelism(), loadAverage1mBefore },
      withinLimit,
    },
  }
}

function hundredths(values: readonly number[]): Range {
  return rangeOf(values.map((value) => Math.round(value * 100) / 100)) ?? { min: 0, median: 0, max: 0 }
}
