// The benchmark *sanitization*: what our policy masks, leaves and costs, beside the collector's redaction processor and beside two scanners.
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { MachineError, messageOf } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { rangeOf } from '../../core/range.ts'
import { type Material, materialOf } from '../../harness/privacy/material.ts'
import { readPolicy } from '../../stack/policy/policy.ts'
import { resolveCollector } from '../../stack/runtime/embedded/components.ts'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'
import { type Contender, contendersOf, NOTHING } from './sanitization/contenders.ts'
import { type Cpu, makeLoad, type TextLoad } from './sanitization/load.ts'
import { type Quality, qualityOf } from './sanitization/quality.ts'
import { type Rated, type Rating, ratingOf, tableOf, tenths } from './sanitization/report.ts'

export const sanitization: Benchmark = { name: 'sanitization', usual: false, usualRuns: 5, run }

const SEED = 1
const COUNTS = { canaries: 4_000, negatives: 2_000, lines: 2_000 }
/** Of each kind of others' samples, spread over its syntaxes: of the 50,000 that there are, many differ in a character. */
const MOST_OF_A_KIND = 24
/** About 13,000 log records. */
const SESSIONS = 400

/** It has no limit: what is compared is to be known, and is not right or wrong. */
async function run({ runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const say = (message: string) => progress(`sanitization: ${message}`)
  try {
    return await compared(runs, say)
  } catch (error) {
    if (!(error instanceof MachineError)) throw error
    const reason = messageOf(error)
    return {
      withinLimit: true,
      lines: [`sanitization: skipped: ${reason}`],
      json: { name: 'sanitization', skipped: reason },
    }
  }
}

async function compared(runs: number, say: (message: string) => void): Promise<BenchmarkResult> {
  const before = loadavg()[0] ?? 0
  say('getting the samples')
  const material = thinned({ ...(await materialOf(SEED, COUNTS, say)), unpromised: [] })
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const { path } = await resolveCollector(stackDirectory, say)
  const { contenders, missing } = await contendersOf(policy, path, say)
  const qualities = new Map<Contender, Quality>()
  for (const contender of contenders) {
    stopSignal.throwIfAborted()
    say(`what is masked and what stays: ${contender.name}`)
    if (contender.sanitizeAll) qualities.set(contender, await qualityOf(material, contender.sanitizeAll))
  }
  const load = makeLoad(SEED, SESSIONS)
  const costs = await costsOf(contenders, load, runs, say)
  const rated = contenders.map(({ name, inCollector }, index): Rated => {
    const contender = contenders[index] as Contender
    return { name, inCollector, quality: qualities.get(contender), cpuMs: costs.get(contender) ?? [] }
  })
  const nothing = rated.find(({ name }) => name === NOTHING)?.cpuMs ?? []
  const ratings = rated.filter(({ name }) => name !== NOTHING).map((one) => ratingOf(one, nothing, load.texts.length))
  return resultOf({ ratings, rated, missing, nothing, material, load, runs, loads: [before, loadavg()[0] ?? 0] })
}

/** All in turn, each round beginning with another one. */
async function costsOf(contenders: readonly Contender[], load: TextLoad, runs: number, say: (message: string) => void) {
  await using stack = new AsyncDisposableStack()
  const seats: { contender: Contender; cpu: Cpu; costs: number[] }[] = []
  for (const contender of contenders) {
    say(`starting ${contender.name}`)
    seats.push({ contender, cpu: stack.use(await contender.startCpu()), costs: [] })
  }
  for (let round = 0; round < runs; round += 1)
    for (let turn = 0; turn < seats.length; turn += 1) {
      stopSignal.throwIfAborted()
      const seat = seats[(round + turn) % seats.length]
      say(`round ${round + 1} of ${runs}, ${turn + 1} of ${seats.length}: ${seat?.contender.name}`)
      seat?.costs.push(await seat.cpu.msFor(load))
    }
  return new Map(seats.map(({ contender, costs }) => [contender, costs]))
}

/** So many of each kind, from all of its list. */
function thinned(material: Material): Material {
  const kinds = [...Map.groupBy(material.samples, ({ kind, rule }) => `${kind} ${rule}`).values()]
  const samples = kinds.flatMap((some) => {
    const count = Math.min(MOST_OF_A_KIND, some.length)
    return Array.from({ length: count }, (_, index) => some[Math.floor((index * some.length) / count)] ?? [])
  })
  return { ...material, samples: samples.flat() }
}

interface Found {
  readonly ratings: readonly Rating[]
  readonly rated: readonly Rated[]
  readonly missing: readonly { readonly name: string; readonly reason: string }[]
  readonly nothing: readonly number[]
  readonly material: Material
  readonly load: TextLoad
  readonly runs: number
  readonly loads: readonly number[]
}

function resultOf({ ratings, rated, missing, nothing, material, load, runs, loads }: Found): BenchmarkResult {
  const cpuCores = availableParallelism()
  const counts = {
    samples: material.samples.length,
    canaries: material.canaries.length,
    negatives: material.negatives.length,
  }
  const records = load.texts.length
  const drop = tenths(rangeOf(nothing.map((ms) => (ms * 1000) / records)) ?? { min: 0, median: 0, max: 0 })
  return {
    withinLimit: true,
    lines: [
      `sanitization: ${counts.samples} samples of others, ${counts.canaries} canaries, ${counts.negatives} texts with nothing private; CPU time over ` +
        `${records} log records, ${runs} rounds, ${cpuCores} cores, load average ${loads.map((one) => one.toFixed(1)).join(' before, ')} after`,
      ...tableOf(ratings),
      `Shares of texts. CPU time in the collector is what it takes more than one that drops everything (${drop.median}, ${drop.min} to ${drop.max}); that of a scanner holds its start, and a file a record.`,
      ...missing.map(({ name, reason }) => `${name} is skipped: ${reason}`),
    ],
    json: {
      name: 'sanitization',
      what: 'texts masked and left, and CPU time (user and system), of our policy and of others',
      runs,
      machine: { cpuCores, loadAverage1mBefore: loads[0], loadAverage1mAfter: loads[1] },
      input: { seed: SEED, ...counts, records },
      contenders: ratings,
      nothingCpuMicrosPerRecord: drop,
      missing,
      measurements: rated.map(({ name, cpuMs }) => ({ name, cpuMs })),
    },
  }
}
