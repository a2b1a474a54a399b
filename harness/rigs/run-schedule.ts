// Runs one schedule against a stack with a relay before it, and judges it like a scenario of its own.
import { forkSeed } from '../../core/random.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { Experiment } from '../experiment/experiment.ts'
import type { Schedule } from '../faults/schedules/schedule.ts'
import { withFault } from '../faults/with-fault.ts'
import { type Judgement, judge } from '../judge/judge.ts'
import type { FaultRecord } from '../judge/model/fault-record.ts'
import type { RelayProcess } from '../processes/relay-process.ts'
import type { Context } from '../scenario.ts'

const DRAINED_TIMEOUT_MS = 30_000
const CLIENT_TIMEOUT_MS = 5_000
const UNLIMITED = Number.MAX_SAFE_INTEGER

export interface ScheduleResult {
  readonly judgement: Judgement
  readonly faults: readonly FaultRecord[]
}

export interface ScheduleRig {
  readonly context: Context
  readonly stack: Stack
  readonly relay: RelayProcess
}

/** @param number of the run: each has sessions of its own */
export async function runSchedule(rig: ScheduleRig, schedule: Schedule, number: number): Promise<ScheduleResult> {
  const { context, stack, relay } = rig
  // While the relay is dead or stopped nobody answers; what it does answer must be true.
  const rules = { counters: false, maxRefusedBatches: UNLIMITED, maxAckMs: UNLIMITED }
  await using experiment = await Experiment.begin(context, stack, { mark: `schedule-${number}`, rules })
  const { batches, planted } = sessionsLoad({
    seed: forkSeed(context.seed, `schedule/${number}`),
    sessions: 7,
    startMs: context.dataStartMs,
    spreadMs: 600_000,
    prompts: 1,
    batchSize: 20,
  })
  experiment.ledger.plant(planted)
  const left = [...batches]
  const send = async (count: number) => {
    // New connections each time: an old one to a relay that was away would not try again for seconds.
    await using clients = new AsyncDisposableStack()
    const emitters = (['grpc', 'http/protobuf'] as const).map((protocol) => {
      const endpoint = protocol === 'grpc' ? relay.grpc : relay.http
      return clients.use(replayEmitter({ protocol, endpoint, timeoutMs: CLIENT_TIMEOUT_MS }))
    })
    await experiment.sendParallel(emitters, left.splice(0, count))
  }
  await send(1)
  for (const { fault, batches: count } of schedule) {
    // It waits for an insert that begins after it: one of an earlier fault that is made again would do as well.
    if (fault.kind === 'ack-lost') {
      await experiment.drain()
      // It is one of log records.
      left.sort((a, b) => Number(b.signal === 'logs') - Number(a.signal === 'logs'))
    }
    const target = { stack, processes: { relay } }
    await withFault(experiment, target, { fault, operation: 'sending' }, () => send(count))
  }
  await send(left.length)
  await relay.waitUntilDrained(DRAINED_TIMEOUT_MS)
  const evidence = await experiment.evidence()
  return { judgement: judge(evidence), faults: evidence.faults ?? [] }
}
