// Ten thousand requests of an unkind stranger, to the collector and through a relay, also while ClickHouse is away: whatever is
// acknowledged is stored, row by row, and everybody stays alive.
import { request as httpRequest } from 'node:http'
import { stopSignal } from '../../core/cleanup.ts'
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import type { HostileRequest } from '../../generators/hostile/hostile-request.ts'
import { hostileRequest } from '../../generators/hostile/requests.ts'
import { readCollector } from '../../harness/experiment/collector-metrics.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { RelayProcess } from '../../harness/processes/relay-process.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { type GrpcCaller, grpcCaller } from '../../stack/client/transport/grpc-caller.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

const SENDERS = 8
const DRAIN_MS = 120_000
const ANSWER_MS = 60_000
/** Of the requests, in the middle, this part comes while ClickHouse is away. */
const AWAY = { from: 0.4, to: 0.6 } as const
const EXAMPLES = 5
const MIB = 1024 ** 2
/** The compose file's limit; the embedded runtime enforces none, and is measured all the same. */
const COLLECTOR_MIB = 256
const MIN_VALID = 0.3
const MIN_REFUSED = 0.2

interface Sent {
  readonly request: HostileRequest
  readonly acknowledged: boolean
  readonly answer: string
}

function hostile(name: string, requests: number, profile: 'standard' | 'full'): Definition {
  return {
    name,
    title: `accounts row by row for what it acknowledges of ${requests.toLocaleString('en')} valid, odd and hostile requests, and lives on`,
    requirements: ['R2', 'R7', 'R12'],
    profile,
    run: async (context) => {
      const stack = await context.spareStack()
      return runExperiment(
        context,
        { mark: name, rules: { typed: false, counters: false } },
        (experiment) => meet(context, experiment, stack, requests),
        stack,
      )
    },
  }
}

async function meet(context: Context, experiment: Experiment, stack: Stack, requests: number): Promise<void> {
  const { stackDirectory } = context
  await using relay = await RelayProcess.start({
    stackDirectory,
    backend: stack.endpoints.otlpHttp,
    salt: stack.salt,
    retryBaseMs: 200,
  })
  const before = await instances(stack, relay)
  const clickhouse = stack.service('clickhouse')
  const sent: Sent[] = []
  let next = 0
  let peakBytes = 0
  const send = async () => {
    using collector = grpcCaller(stack.endpoints.otlpGrpc)
    using through = grpcCaller(relay.grpc)
    for (let number = next++; number < requests; number = next++) {
      if (number === Math.floor(requests * AWAY.from)) await clickhouse.pause()
      if (number === Math.floor(requests * AWAY.to)) await clickhouse.resume()
      const request = hostileRequest(context.seed, number)
      const url = request.to === 'relay' ? relay.http : stack.endpoints.otlpHttp
      const caller = request.to === 'relay' ? through : collector
      sent.push({
        request,
        ...(request.way === 'grpc' ? await overGrpc(caller, request) : await overHttp(url, request)),
      })
      if (number % 500 === 0) context.progress(`${number} of ${requests} requests`)
      if (number % 100 === 0) peakBytes = Math.max(peakBytes, await memoryOf(stack))
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
  await clickhouse.resume().catch(() => {})
  await relay.waitUntilDrained(DRAIN_MS)
  await until('an empty queue', async () => (await readCollector(stack))?.queued === 0, {
    timeoutMs: DRAIN_MS,
    signal: stopSignal,
  })
  await account(experiment, sent)
  experiment.check('health', 'the processes are those of the beginning', {
    actual: await instances(stack, relay),
    expected: before,
  })
  experiment.measure('memory', {
    name: 'memory of the collector, at its peak',
    value: peakBytes / MIB,
    unit: 'MiB',
    limit: { atMost: COLLECTOR_MIB, missed: stack.containers ? 'fail' : 'pass' },
  })
}

async function memoryOf(stack: Stack): Promise<number> {
  return (
    (
      await stack
        .service('otel-collector')
        .usage()
        .catch(() => undefined)
    )?.memoryBytes ?? 0
  )
}

async function account(experiment: Experiment, sent: readonly Sent[]): Promise<void> {
  const rows = await experiment.database.rows<{ session: string; rows: number }>(
    // Whatever a scope is called, its records are stored: the client's here, others' there.
    `SELECT attributes['session.id'] AS session, toUInt32(count()) AS rows
     FROM (SELECT attributes FROM telemetry_events UNION ALL SELECT attributes FROM other_records)
     WHERE startsWith(attributes['session.id'], 'hostile-') GROUP BY session`,
  )
  const stored = new Map(rows.map(({ session, rows: count }) => [session, count]))
  const wrong = sent.flatMap(({ request, acknowledged, answer }) => {
    const found = stored.get(request.session) ?? 0
    const wanted = acknowledged ? request.records : 0
    // What was not answered may have been stored all the same.
    if (found === wanted || (answer.startsWith('no answer') && found <= request.records)) return []
    return [
      `${request.session} (${request.way} to the ${request.to}: ${request.what}): ${answer}, ${found} of ${request.records} stored`,
    ]
  })
  experiment.check('delivery', 'requests whose rows are not what their answers said', {
    actual: wrong.slice(0, EXAMPLES),
    expected: [],
  })
  // 503 and UNAVAILABLE ask to come again: too much at once.
  const refused = sent.filter(
    ({ request, acknowledged, answer }) =>
      request.valid && !acknowledged && !/^(?:status 503|gRPC status 14)/.test(answer),
  )
  experiment.check('delivery', 'valid requests that were not taken', {
    actual: refused
      .slice(0, EXAMPLES)
      .map(
        ({ request, answer }) => `${request.session} (${request.way} to the ${request.to}: ${request.what}): ${answer}`,
      ),
    expected: [],
  })
  // Both kinds are there, or nothing was shown.
  const share = (name: string, isOne: (one: Sent) => boolean, atLeast: number) =>
    experiment.measure('load', {
      name,
      value: sent.filter(isOne).length / sent.length,
      unit: 'ratio',
      limit: { atLeast },
    })
  share('share of requests that are valid', ({ request }) => request.valid, MIN_VALID)
  share('share of requests that are refused', ({ acknowledged }) => !acknowledged, MIN_REFUSED)
}

async function instances(stack: Stack, relay: RelayProcess): Promise<readonly string[]> {
  const states = await Promise.all([
    stack.service('otel-collector').state(),
    stack.service('clickhouse').state(),
    relay.state(),
  ])
  return states.map(({ status, instance }) => `${status} ${instance}`)
}

async function overGrpc(caller: GrpcCaller, { body }: HostileRequest): Promise<Omit<Sent, 'request'>> {
  const { code, details } = await caller.call(body)
  return { acknowledged: code === 0, answer: `gRPC status ${code} ${details}` }
}

/** Without `fetch`, which sends no body with GET and no header that it knows better. */
function overHttp(url: string, { method, path, headers, body }: HostileRequest): Promise<Omit<Sent, 'request'>> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const sent = httpRequest(`${url}${path}`, {
      method,
      headers: { ...headers, 'content-length': body.length },
      signal,
      agent: false,
    })
    sent.once('error', (error) => resolve({ acknowledged: false, answer: `no answer: ${messageOf(error)}` }))
    sent.once('response', (response) => {
      response.resume()
      const { statusCode = 0 } = response
      response.once('close', () =>
        resolve({ acknowledged: statusCode >= 200 && statusCode < 300, answer: `status ${statusCode}` }),
      )
    })
    sent.end(body)
  })
}

export const hostiles: readonly Definition[] = [hostile('hostile', 10_000, 'full')]
