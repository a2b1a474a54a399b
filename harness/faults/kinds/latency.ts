// The fault *latency*: what goes one way over a link arrives later.
import fc from 'fast-check'
import { PATIENCE_MS, slower } from '../toxics/effect.ts'
import { type ToxicShape, toxicKind } from '../toxics/toxic-kind.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    latency: ToxicShape<{ readonly latencyMs: number }>
  }
}

export const kind = toxicKind({
  kind: 'latency',
  happens: 'are delayed',
  numbers: { latencyMs: 300 },
  trial: { latencyMs: 80 },
  random: { weight: 1, numbers: fc.record({ latencyMs: fc.integer({ min: 60, max: 200 }) }) },
  toxic: {
    attributes: ({ latencyMs }) => ({ latency: latencyMs, jitter: 0 }),
    wantedBytes: () => 1,
    limitMs: ({ latencyMs }) => PATIENCE_MS + 4 * latencyMs,
    shows: ({ latencyMs }, met) => slower(met, latencyMs),
  },
})
