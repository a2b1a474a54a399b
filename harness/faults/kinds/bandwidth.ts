// The fault *bandwidth*: a link passes on only so many bytes a second.
import fc from 'fast-check'
import { PATIENCE_MS, SLOW_MS, slower } from '../toxics/effect.ts'
import { type ToxicShape, toxicKind } from '../toxics/toxic-kind.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    bandwidth: ToxicShape<{ readonly kilobytesPerSecond: number }>
  }
}

export const kind = toxicKind({
  kind: 'bandwidth',
  happens: 'are throttled',
  numbers: { kilobytesPerSecond: 40 },
  trial: { kilobytesPerSecond: 20 },
  random: {
    weight: 1,
    numbers: fc.record({ kilobytesPerSecond: fc.integer({ min: 20, max: 60 }) }),
    stages: ['client-collector'],
  },
  toxic: {
    attributes: ({ kilobytesPerSecond }) => ({ rate: kilobytesPerSecond }),
    wantedBytes: ({ kilobytesPerSecond }) => kilobytesPerSecond * SLOW_MS,
    limitMs: () => PATIENCE_MS + 10 * SLOW_MS,
    shows: ({ kilobytesPerSecond }, met, bytes) => slower(met, bytes / kilobytesPerSecond),
  },
})
