// The benchmark *tests*: all tests of this project.
import { secondsOf } from './seconds.ts'
import { waitingBenchmark } from './waiting.ts'

export const tests = waitingBenchmark({
  name: 'tests',
  what: 'npm test, warm',
  limitSeconds: 180,
  usual: false,
  measure: () => secondsOf({ program: 'npm', args: ['test'] }),
})
