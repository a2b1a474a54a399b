// The benchmark *verify-standard*: the proof of the platform.
import { secondsOfVerify } from './seconds.ts'
import { waitingBenchmark } from './waiting.ts'

export const verifyStandard = waitingBenchmark({
  name: 'verify-standard',
  what: 'verify:platform, standard profile, warm',
  limitSeconds: 60,
  usual: true,
  measure: () => secondsOfVerify('standard', 'embedded'),
})
