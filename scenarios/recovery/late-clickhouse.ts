// ClickHouse comes late, or comes back to much: what waits for it arrives whole, whatever its size, and with every name.
import { until } from '../../core/poll.ts'
import { seededUuid } from '../../core/random.ts'
import { attributes } from '../../generators/hand-made.ts'
import { readCollector } from '../../harness/experiment/collector-metrics.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

const rules = { typed: false, counters: false } as const
const SENTENCE = 'The quick brown fox jumps over the lazy dog. '
/**
 * Records of each size, and how many of them a request holds: a backlog of some 60 MB each, within what a request may have. Of the last two, one
 * request becomes 80 MB of rows: each row repeats what its resource says.
 */
const BACKLOGS = [
  { bytes: 1_000, shared: 0, records: 20_000, each: 500 },
  { bytes: 60_000, shared: 0, records: 1_000, each: 50 },
  { bytes: 1_000_000, shared: 0, records: 60, each: 3 },
  { bytes: 3_900_000, shared: 0, records: 15, each: 1 },
  { bytes: 1, shared: 8_000, records: 10_000, each: 10_000 },
  { bytes: 1, shared: 400_000, records: 200, each: 200 },
] as const
const DRAIN_MS = 90_000

const largeBacklog: Definition = {
  name: 'large-backlog',
  title: 'drains what waited for ClickHouse, from records of 1 KB to the largest that are let in, each once',
  requirements: ['R2', 'R3', 'R12'],
  profile: 'full',
  run: (context) => onOwnStack(context, 'large-backlog', backlog),
}

async function backlog(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  const clickhouse = stack.service('clickhouse')
  await clickhouse.pause()
  const acknowledged: { session: string; events: number; bytes: number }[] = []
  for (const { bytes, shared, records, each } of BACKLOGS) {
    context.progress(`sending ${records} records of ${bytes} bytes, and ${shared} of their resource`)
    const session = seededUuid(context.seed, `large ${bytes} ${shared}`)
    let events = 0
    for (let from = 0; from < records; from += each) {
      const count = Math.min(each, records - from)
      if (await post(stack, { session, from, count, text: textOf(bytes), shared: textOf(shared) })) events += count
    }
    acknowledged.push({ session, events, bytes: events * (bytes + shared) })
  }
  experiment.check('load', 'records that were taken while ClickHouse was away', {
    actual: acknowledged.map(({ events }) => events),
    expected: BACKLOGS.map(({ records }) => records),
  })
  await clickhouse.resume()
  context.progress('draining')
  const empty = await until('an empty queue', async () => (await readCollector(stack))?.queued === 0, {
    timeoutMs: DRAIN_MS,
  }).then(
    () => 'empty',
    () => 'not empty',
  )
  experiment.check('delivery', 'the queue in the end', { actual: empty, expected: 'empty' })
  const stored = await Promise.all(
    acknowledged.map(async ({ session }) => {
      const [row] = await experiment.database.rows<{ events: number; copies: number; bytes: number }>(
        `SELECT toUInt32(uniqExact(event_id)) AS events, toUInt32(count() - events) AS copies, toUInt32(sum(length(attributes['body']) + length(resource_attributes['shared']))) AS bytes
         FROM telemetry_events_rows WHERE session_id = {session:String} SETTINGS max_threads = 1, max_block_size = 8`,
        { session },
      )
      return { session, ...row }
    }),
  )
  experiment.check('delivery', 'what is stored of each size', {
    actual: stored,
    expected: acknowledged.map(({ session, events, bytes }) => ({ session, events, copies: 0, bytes })),
  })
}

function textOf(bytes: number): string {
  return SENTENCE.repeat(Math.ceil(bytes / SENTENCE.length)).slice(0, bytes)
}

interface Records {
  readonly session: string
  /** Number of the first. */
  readonly from: number
  readonly count: number
  readonly text: string
  /** Of their resource. */
  readonly shared: string
}

async function post(stack: Stack, { session, from, count, text, shared }: Records): Promise<boolean> {
  const logRecords = Array.from({ length: count }, (_, n) => ({
    timeUnixNano: `${1_750_000_000_000 + from + n}000000`,
    attributes: attributes({
      'session.id': session,
      'event.name': 'api_request_body',
      'event.sequence': { intValue: String(from + n) },
      body: text,
    }),
  }))
  const response = await fetch(`${stack.endpoints.otlpHttp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceLogs: [{ resource: { attributes: attributes({ shared }) }, scopeLogs: [{ logRecords }] }],
    }),
  })
  await response.arrayBuffer()
  return response.status === 200
}

const collectorFirst: Definition = {
  name: 'collector-first',
  title: 'names every event when the collector starts while ClickHouse is away',
  requirements: ['R3', 'R7'],
  profile: 'full',
  run: (context) =>
    onOwnStack(context, 'collector-first', async (_context, experiment, stack) => {
      const session = seededUuid(context.seed, 'collector-first')
      await stack.service('clickhouse').stop()
      await stack.service('otel-collector').stop()
      await stack.service('otel-collector').start()
      const names = ['user_prompt', 'api_request', 'tool_result']
      const logRecords = names.map((name) => ({
        timeUnixNano: `${context.dataStartMs}000000`,
        eventName: `claude_code.${name}`,
        attributes: attributes({ 'session.id': session }),
      }))
      const response = await fetch(`${stack.endpoints.otlpHttp}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
      })
      experiment.check('delivery', 'the request is taken', { actual: response.status, expected: 200 })
      await stack.service('clickhouse').start()
      const look = () =>
        experiment.database.rows<{ event_type: string }>(
          'SELECT event_type FROM telemetry_events WHERE session_id = {session:String} ORDER BY event_type',
          { session },
        )
      await until('the events', async () => (await look().catch(() => [])).length > 0, { timeoutMs: 60_000 })
      experiment.check('identity', 'the events by name', {
        actual: (await look()).map(({ event_type }) => event_type),
        expected: names.toSorted(),
      })
    }),
}

async function onOwnStack(
  context: Context,
  mark: string,
  work: (context: Context, experiment: Experiment, stack: Stack) => Promise<void>,
): Promise<Outcome> {
  const stack = await context.ownStack({})
  return runExperiment(context, { mark, rules }, (experiment) => work(context, experiment, stack), stack)
}

export const lateClickhouse: readonly Definition[] = [largeBacklog, collectorFirst]
