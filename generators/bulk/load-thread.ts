// One thread of a load: every so-and-so-many-th copy is its own.
import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../../core/clock.ts'
import { bytesSender } from '../emit/bytes-sender.ts'
import { arrive, type LoadShape } from './arrival-rate.ts'
import { copiesOf } from './copies.ts'
import { ANSWER_KINDS, type ThreadOrder, type ThreadReport } from './load-threads.ts'

const order = workerData as ThreadOrder
const { plan, thread, threads, inFlight, targets, timeoutMs, shard = { number: 1, of: 1 }, from = 0, halted } = order
const templates = order.templates.map((encoded) => ({ records: encoded.times.length, ...copiesOf(encoded) }))
/** Copies that were answered, to be made into the next ones. */
const spares = new Map(templates.map((template) => [template, [] as Buffer[]]))
/** Answers that are told at once. */
const TOLD = 512
let answers: number[] = []
let requests = 0
let records = 0

await using sender = bytesSender({ ...(targets[thread % targets.length] ?? targets[0]), timeoutMs })
// What comes before belongs to no load: reading the code.
const before = process.threadCpuUsage()
const { dropped, late, lateness, tookMs } =
  plan.kind === 'requests' ? await sendAll(plan.requests) : await sendInTime(plan.shape)
const { user, system } = process.threadCpuUsage(before)
tell({ end: { requests, records, cpuMs: (user + system) / 1000, dropped, late, lateness, tookMs } })

async function sendAll(total: number) {
  const share = Math.floor(total / threads) + (thread < total % threads ? 1 : 0)
  const startMs = monotonicMs()
  const line = async () => {
    while (requests < share && !isOver()) await sendNext()
  }
  await Promise.all(Array.from({ length: inFlight }, line))
  return { dropped: 0, late: 0, lateness: { p50Ms: 0, p99Ms: 0, maxMs: 0 }, tookMs: monotonicMs() - startMs }
}

function sendInTime(shape: LoadShape) {
  return arrive({
    shape: shareOf(shape),
    maxInFlight: inFlight,
    work: sendNext,
    isOver,
    onProgress: (_, pulse) => tell({ pulse }),
  })
}

function isOver(): boolean {
  return Atomics.load(halted, 0) !== 0
}

/** This thread's part of the rates. */
function shareOf(shape: LoadShape): LoadShape {
  if (shape.executor === 'constant-arrival-rate') return { ...shape, rate: shape.rate / threads }
  const stages = shape.stages.map(({ target, durationMs }) => ({ target: target / threads, durationMs }))
  return { ...shape, startRate: shape.startRate / threads, stages }
}

async function sendNext(): Promise<void> {
  const number = from + (thread + requests * threads) * shard.of + shard.number - 1
  requests += 1
  const template = templates[number % templates.length]
  if (template === undefined) throw new Error('a load needs a template')
  records += template.records
  const spare = spares.get(template)
  const bytes = template.request(number, spare?.pop())
  const answer = await sender.send('logs', bytes)
  // Without an answer it may still be on its way.
  if (answer.kind !== 'indeterminate') spare?.push(bytes)
  answers.push(number, ANSWER_KINDS.indexOf(answer.kind))
  if (answers.length >= 2 * TOLD) tell()
}

function tell(more: Omit<ThreadReport, 'answers'> = {}): void {
  const told = Float64Array.from(answers)
  answers = []
  parentPort?.postMessage({ answers: told, ...more } satisfies ThreadReport, [told.buffer])
}
