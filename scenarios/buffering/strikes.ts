// The faults that most scenarios of the suite meet, and how long it may take to deliver what was kept meanwhile.
import type { Strike } from '../../harness/faults/with-fault.ts'

export const DRAINED_TIMEOUT_MS = 30_000

export const collectorKilled: Strike = {
  fault: { kind: 'kill', stage: 'collector', parameters: {} },
  operation: 'sending',
}
export const linkDown: Strike = {
  fault: { kind: 'down', stage: 'client-collector', parameters: {} },
  operation: 'sending',
}
