// The benchmark *verify-containers*: the proof of the platform in containers.
import { secondsOfVerify } from './seconds.ts'
import { waitingBenchmark } from './waiting.ts'

export const verifyContainers = waitingBenchmark({
  name: 'verify-containers',
  what: 'verify:platform in containers, standard profile, warm',
  limitSeconds: 180,
  usual: false,
  measure: () => secondsOfVerify('standard', 'docker'),
})
