// The benchmark *stack-up*: from nothing to a stack that takes records.
import { monotonicMs } from '../../core/clock.ts'
import { stackDirectory } from '../../core/paths.ts'
import { startEmbedded } from '../../stack/runtime/embedded/embedded.ts'
import { waitingBenchmark } from './waiting.ts'

export const stackUp = waitingBenchmark({
  name: 'stack-up',
  what: 'the stack comes up, components cached',
  limitSeconds: 3,
  usual: true,
  measure: async () => {
    const startMs = monotonicMs()
    const stack = await startEmbedded({ stackDirectory, ports: 'free' })
    const seconds = (monotonicMs() - startMs) / 1000
    await stack[Symbol.asyncDispose]()
    return seconds
  },
})
