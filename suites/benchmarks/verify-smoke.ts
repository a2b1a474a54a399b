// The benchmark *verify-smoke*: the quick proof of the platform.
import { secondsOfVerify } from './seconds.ts'
import { waitingBenchmark } from './waiting.ts'

export const verifySmoke = waitingBenchmark({
  name: 'verify-smoke',
  what: 'verify:platform, smoke profile, warm',
  limitSeconds: 20,
  usual: true,
  measure: () => secondsOfVerify('smoke', 'embedded'),
})
