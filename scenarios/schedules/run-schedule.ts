// Runs one schedule against a stack with a relay before it, and judges it like a scenario of its own.
import { forkSeed } from '../../core/random.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { aDayBefore } from '../catalogue/define.ts'
import type { RelayProcess } from '../client-end/relay-process.ts'
import type { Evidence } from '../evidence.ts'
import { during, type Exercised } from '../faults/exercise.ts'
import { type Judgement, judge } from '../judge.ts'
import { Proof } from '../proof.ts'
import type { Context } from '../scenario.ts'
import type { Schedule } from './schedule.ts'

const CAUGHT_UP_TIMEOUT_MS = 30_000
const CLIENT_TIMEOUT_MS = 5_000
const UNLIMITED = Number.MAX_SAFE_INTEGER

export interface ScheduleResult {
  readonly judgement: Judgement
  readonly faults: readonly Exercised[]
}

export interface ScheduleTools {
  readonly context: Context
  readonly stack: Stack
  readonly relay: RelayProcess
}

/** @param number of the run: each has sessions of its own */
export async function runSchedule(tools: ScheduleTools, schedule: Schedule, number: number): Promise<ScheduleResult> {
  const { context, stack, relay } = tools
  // While the relay is dead or stopped nobody answers; what it does answer must be true.
  const rules = { counters: false, maxRefusedBatches: UNLIMITED, maxAckMs: UNLIMITED }
  await using proof = await Proof.begin(context, stack, { mark: `schedule-${number}`, rules })
  const { batches, planted } = sessionsLoad({
    ...{ seed: forkSeed(context.seed, `schedule/${number}`), sessions: 7, startMs: aDayBefore(context) },
    ...{ spreadMs: 600_000, prompts: 1, batchSize: 20 },
  })
  proof.ledger.plant(planted)
  const left = [...batches]
  const send = async (count: number) => {
    // New connections each time: an old one to a relay that was away would not try again for seconds.
    await using clients = new AsyncDisposableStack()
    const emitters = (['grpc', 'http/protobuf'] as const).map((protocol) => {
      const endpoint = protocol === 'grpc' ? relay.grpc : relay.http
      return clients.use(replayEmitter({ protocol, endpoint, timeoutMs: CLIENT_TIMEOUT_MS }))
    })
    await proof.deliverParallel(emitters, left.splice(0, count))
  }
  await send(1)
  for (const { fault, batches: count } of schedule) {
    // It waits for an insert that begins after it: one of an earlier fault that is made again would do as well.
    if (fault.kind === 'ack-lost') {
      await proof.settle()
      // It is one of log records.
      left.sort((a, b) => Number(b.signal === 'logs') - Number(a.signal === 'logs'))
    }
    const target = { stack, processes: { relay } }
    await during(proof, target, { fault, operation: 'sending' }, () => send(count))
  }
  await send(left.length)
  await relay.caughtUp(CAUGHT_UP_TIMEOUT_MS)
  const outcome = await proof.outcome()
  if (!('evidence' in outcome)) throw new Error('a schedule gathers evidence')
  const evidence: Evidence = outcome.evidence
  return { judgement: judge(evidence), faults: evidence.faults ?? [] }
}
