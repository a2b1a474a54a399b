// A thread that plays the sessions it is given, chunk by chunk.
import { parentPort, workerData } from 'node:worker_threads'
import { addCounts, type Part, sessionPart } from '../sessions/dataset.ts'
import type { Plan } from './plan.ts'
import { type TeamOptions, teamPlayer } from './team-session.ts'

const play = teamPlayer(workerData as TeamOptions)

parentPort?.on('message', (plans: readonly Plan[]) => {
  const parts = plans.map((plan) => sessionPart(play(plan)))
  const bytes = new Uint8Array(Buffer.concat(parts.map((part) => part.bytes)))
  const counts = parts.map((part) => part.counts).reduce(addCounts)
  parentPort?.postMessage({ bytes, counts } satisfies Part, [bytes.buffer])
})
