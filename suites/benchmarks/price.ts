// The benchmark *price*: what the stack costs beside the official pipeline, by component, by stage and by guarantee.
import { availableParallelism, loadavg } from 'node:os'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'
import { makeInput, recordsOf } from './price/input.ts'
import { jsonOf, linesOf, priceOf } from './price/report.ts'
import { runVariants } from './price/run.ts'
import { REQUESTS_IN_FLIGHT } from './price/send.ts'
import { variants } from './price/variants.ts'

/** About 67,000 records. */
const SESSIONS = 1375

export const price: Benchmark = { name: 'price', usual: false, usualRuns: 5, run }

/** It has no limit: a price is to be known, and is not right or wrong. */
async function run({ runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const loadAverage1m = [loadavg()[0] ?? 0]
  progress('price: making the input')
  const input = makeInput(SESSIONS)
  const measured = await runVariants({ variants, input, rounds: runs, progress })
  loadAverage1m.push(loadavg()[0] ?? 0)
  const found = priceOf(measured)
  const { seed, logRecords, dataPoints, excluded, requests, requestBytes } = input
  const cpuCores = availableParallelism()
  const load = loadAverage1m.map((average) => average.toFixed(1)).join(' before, ')
  return {
    withinLimit: true,
    lines: [
      `price: ${recordsOf(input)} records in ${requests.length} requests (${(requestBytes / 1e6).toFixed(0)} MB), ${runs} rounds, ` +
        `${cpuCores} cores, load average ${load} after`,
      ...linesOf(found),
    ],
    json: {
      name: 'price',
      what: 'CPU time, records a second and bytes, beside the official pipeline',
      runs,
      machine: { cpuCores, loadAverage1mBefore: loadAverage1m[0], loadAverage1mAfter: loadAverage1m[1] },
      input: {
        seed,
        logRecords,
        dataPoints,
        excludedRecords: excluded,
        requests: requests.length,
        requestBytes,
        requestsInFlight: REQUESTS_IN_FLIGHT,
      },
      ...jsonOf(found),
      measurements: measured.map(({ variant, measurements }) => ({ variant: variant.name, runs: measurements })),
    },
  }
}
