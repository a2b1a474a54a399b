// A hundred thousand planted secrets, past each layer alone: none is found in any byte at rest, and two scanners find no more than without them.
import { join } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { UserError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import type { Emitter } from '../../generators/batch.ts'
import { type GridCanary, makeGrid } from '../../generators/canaries/grid.ts'
import { makeNegatives } from '../../generators/canaries/negatives/make.ts'
import type { Negative } from '../../generators/canaries/negatives/negative.ts'
import { packCanaries } from '../../generators/canaries/pack.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { stream } from '../../generators/streams.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { type Found, RestSearch } from '../../harness/privacy/at-rest.ts'
import { RelayProcess } from '../../harness/processes/relay-process.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { touchesPath } from '../../stack/policy/paths.ts'
import { readPolicy } from '../../stack/policy/policy.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { measurePrecision, measureRecall } from './at-rest-figures.ts'
import { judgeRows } from './at-rest-judges.ts'
import { pastTheCollector } from './past-the-collector.ts'

/** Of each cell of group x encoding x position: 100,488 in all; in a control, one. */
const PER_CELL = { full: 53, standard: 1, smoke: 1 } as const
/** Texts in which nothing is private, though a careless policy would find something. */
const NEGATIVES = { full: 5_000, standard: 500, smoke: 500 } as const
const A_REQUEST = 100
const LAYERS = ['collector', 'client', 'collector', 'client', 'database'] as const
const DRAIN_TIMEOUT_MS = 300_000
const LOG_LINES = 100_000
const SHOWN = 20
/** In the order in which they stop. */
const SERVICES = ['otel-collector', 'clickhouse'] as const

type Layer = (typeof LAYERS)[number]
interface Planted extends GridCanary {
  readonly layer: Layer
  readonly mark: string
}

export const atRest: Definition = {
  name: 'at-rest',
  title: 'keeps planted secrets of every promised kind out of every byte at rest, each layer alone',
  requirements: ['R13', 'R14', 'R18'],
  profile: 'full',
  run: async (context) => {
    if (context.runtime !== 'embedded') return { skipped: 'all bytes are within reach of the embedded runtime only' }
    await using directory = await temporaryDirectory('at-rest')
    const data = directory.path
    const stack = await context.ownStack({ dataDirectory: data })
    const rules = { counters: false, maxAudited: Number.MAX_SAFE_INTEGER }
    return await runExperiment(
      context,
      { mark: 'at-rest', rules },
      (experiment) => prove(context, experiment, data),
      stack,
    )
  },
}

async function prove(context: Context, experiment: Experiment, data: string): Promise<void> {
  const { stack } = experiment
  const planted = plantedOf(context)
  const search = new RestSearch(planted.map(({ canary }) => canary))
  const of = (layer: Layer) => planted.filter((each) => each.layer === layer)
  const found: Found[] = []
  const negatives = [...makeNegatives({ seed: context.seed, count: NEGATIVES[context.profile] })]
  await sendNegatives(context, stack, negatives)
  found.push(...(await collectorAlone(context, stack, of('collector'), search, data)))
  found.push(...(await clientAlone(context, stack, of('client'), search)))
  await using past = pastTheCollector(stack)
  await send(context, [past], of('database'), 'past the collector')
  const policy = await readPolicy(
    join(context.stackDirectory, 'policy/sanitization.yaml'),
    'stack/policy/sanitization.yaml',
  )
  const touches = touchesPath(policy)
  const kept = planted.filter(({ canary }) => !touches(canary.text))
  await waitForAll(context, experiment, kept.length)
  context.progress('searching every table')
  found.push(...(await search.tables(stack)))
  // A short form looks into tables, the queue and the buffer only: for its files a stack must stop and start again.
  if (context.profile === 'full') found.push(...(await searchFiles(context, stack, search, data)))
  await checkNothingLost(experiment, kept)
  experiment.measure('sanitization', { name: 'bytes searched', value: search.bytes / 1024 / 1024, unit: 'MiB' })
  measureRecall(experiment, planted, found)
  await measurePrecision(experiment, planted, negatives)
  // What a control breaks is told by the search.
  if (context.profile === 'full') await judgeRows(context, experiment)
}

/** At rest: what runs merges and renames its files. */
async function searchFiles(context: Context, stack: Stack, search: RestSearch, data: string): Promise<Found[]> {
  context.progress('searching every file')
  const found: Found[] = []
  for (const name of SERVICES) {
    found.push(...search.text((await stack.service(name).logs(LOG_LINES)).join('\n'), `log of ${name}`))
    await stack.service(name).stop()
  }
  found.push(...(await search.files(data)))
  for (const name of SERVICES.toReversed()) await stack.service(name).start()
  return found
}

async function sendNegatives(context: Context, stack: Stack, negatives: readonly Negative[]): Promise<void> {
  await using emitter = context.tamper.emitter(replay(stack, 'grpc'))
  for (let from = 0; from < negatives.length; from += A_REQUEST) {
    const records = negatives.slice(from, from + A_REQUEST).map(({ text }, index) => ({
      timeUnixNano: `${context.dataStartMs}000000`,
      body: { stringValue: 'claude_code.user_prompt' },
      attributes: attributes({ 'event.name': 'user_prompt', negative: `n${from + index}`, prompt: text }),
    }))
    const answer = await emitter.send({ ...logsBatch(records), expected: [] })
    if (answer.kind !== 'accepted') throw new UserError(`negatives: ${JSON.stringify(answer).slice(0, 300)}`)
  }
}

function plantedOf(context: Context): Planted[] {
  context.progress('making canaries')
  const grid = [...makeGrid({ seed: context.seed, perCell: PER_CELL[context.profile] })]
  const draw = stream(context.seed, 'at-rest/layers')
  const turns = new Map<string, Layer[]>()
  return grid.map((each, index) => {
    const { position } = each.canary
    // In an order of chance, so that no cell always meets the same layer; yet a class meets every layer before it meets one again.
    const left = turns.get(each.canary.class) ?? []
    if (left.length === 0) left.push(...draw.helpers.shuffle([...LAYERS]))
    turns.set(each.canary.class, left)
    // Bytes come to the database as the text that the exporter makes of them: only who is before it knows that they are bytes.
    const at = position === 'bytes value' ? left.findIndex((layer) => layer !== 'database') : 0
    const [layer] = at < 0 ? [] : left.splice(at, 1)
    return { ...each, layer: layer ?? 'collector', mark: `c${index}` }
  })
}

/** What it has acknowledged lies in its queue while ClickHouse is away. */
async function collectorAlone(
  context: Context,
  stack: Stack,
  planted: readonly Planted[],
  search: RestSearch,
  data: string,
): Promise<Found[]> {
  await stack.service('clickhouse').stop()
  await using grpc = replay(stack, 'grpc')
  await using http = replay(stack, 'http/protobuf')
  await send(context, [grpc, http], planted, 'to the collector')
  const found = await search.files(data)
  await stack.service('clickhouse').start()
  return found
}

/** What it has acknowledged lies in its buffer while the collector is away. */
async function clientAlone(
  context: Context,
  stack: Stack,
  planted: readonly Planted[],
  search: RestSearch,
): Promise<Found[]> {
  const { stackDirectory } = context
  await using relay = await RelayProcess.start({
    stackDirectory,
    backend: stack.endpoints.otlpHttp,
    salt: stack.salt,
    retryBaseMs: 100,
  })
  await stack.service('otel-collector').stop()
  await using grpc = replayEmitter({ protocol: 'grpc', endpoint: relay.grpc, timeoutMs: 30_000 })
  await using json = replayEmitter({ protocol: 'http/json', endpoint: relay.http, timeoutMs: 30_000 })
  await send(context, [grpc, json], planted, 'to the relay')
  const found = await search.files(relay.directory)
  await stack.service('otel-collector').start()
  await relay.waitUntilDrained(DRAIN_TIMEOUT_MS)
  return [...found, ...search.text((await relay.logs(LOG_LINES)).join('\n'), 'log of the relay')]
}

async function send(
  context: Context,
  emitters: readonly Emitter[],
  planted: readonly Planted[],
  where: string,
): Promise<void> {
  const requests = packCanaries(planted, A_REQUEST)
  let sent = 0
  await Promise.all(
    emitters.map(async (emitter) => {
      const through = context.tamper.emitter(emitter)
      for (const { signal, request, records } of requests) {
        const answer = await through.send({ signal, request, expected: [] })
        if (answer.kind !== 'accepted') throw new UserError(`${where}: ${JSON.stringify(answer).slice(0, 300)}`)
        sent += records
        if (sent % 5_000 < A_REQUEST) context.progress(`${sent} of ${planted.length} ${where}`)
      }
    }),
  )
}

/** @param kept those that mention no directory that the policy names */
async function checkNothingLost(experiment: Experiment, kept: readonly Planted[]): Promise<void> {
  const rows = await experiment.database.rows<{ mark: string }>(
    `SELECT attributes['canary'] AS mark FROM telemetry.telemetry_events WHERE mapContains(attributes, 'canary')
     UNION ALL SELECT attributes['canary'] AS mark FROM telemetry.telemetry_metrics WHERE mapContains(attributes, 'canary')`,
  )
  const stored = new Set(rows.map(({ mark }) => mark))
  const lost = kept.filter(({ mark }) => !stored.has(mark))
  experiment.check('sanitization', 'records that are not stored, and mention no directory that is left out', {
    actual: lost.slice(0, SHOWN).map(({ canary }) => canary.id),
    expected: [],
  })
}

/** Until all are there, or nothing moves any more. */
async function waitForAll(context: Context, experiment: Experiment, expected: number): Promise<void> {
  let seen = -1
  const count = async () => {
    const [row] = await experiment.database.rows<{ stored: number }>(
      `SELECT toUInt32((SELECT uniqExact(attributes['canary']) FROM telemetry.telemetry_events)
        + (SELECT uniqExact(attributes['canary']) FROM telemetry.telemetry_metrics)) AS stored`,
    )
    return row?.stored ?? 0
  }
  await until(
    'all canaries in the tables',
    async () => {
      const now = await count()
      const isAtRest = now === seen
      seen = now
      context.progress(`${now} of ${expected} stored`)
      return now >= expected || isAtRest
    },
    { timeoutMs: DRAIN_TIMEOUT_MS, intervalMs: 3_000, signal: stopSignal },
  )
}
