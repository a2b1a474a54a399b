// A thread that plays the sessions it is given, chunk by chunk, as blocks.
import { parentPort, workerData } from 'node:worker_threads'
import type { Plan } from '../../generators/team/plan.ts'
import { teamPlayer } from '../../generators/team/team-session.ts'
import { blockOf } from './block.ts'
import type { BlockWorkerData } from './blocks.ts'

const { options, wanted } = workerData as BlockWorkerData
const play = teamPlayer(options)

parentPort?.on('message', (plans: readonly Plan[]) => {
  const blocks = plans.map((plan) => blockOf(play(plan), wanted))
  const buffers = blocks.flatMap(({ lines }) => Object.values(lines).map(({ bytes }) => bytes.buffer as ArrayBuffer))
  parentPort?.postMessage(blocks, buffers)
})
