// The fault *slicer*: a link passes on small pieces, with a pause after each. Random schedules leave it out: it takes long.
import { PATIENCE_MS, SLOW_MS, slower } from '../toxics/effect.ts'
import { type ToxicShape, toxicKind } from '../toxics/toxic-kind.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    slicer: ToxicShape<{ readonly averageBytes: number; readonly delayUs: number }>
  }
}

export const kind = toxicKind({
  kind: 'slicer',
  happens: 'arrive in small pieces',
  numbers: { averageBytes: 100, delayUs: 4_000 },
  trial: { averageBytes: 64, delayUs: 5_000 },
  toxic: {
    attributes: ({ averageBytes, delayUs }) => ({ average_size: averageBytes, size_variation: 0, delay: delayUs }),
    wantedBytes: ({ averageBytes, delayUs }) => (averageBytes * SLOW_MS * 1_000) / delayUs,
    limitMs: () => PATIENCE_MS + 50 * SLOW_MS,
    shows: ({ averageBytes, delayUs }, met, bytes) => slower(met, ((bytes / averageBytes) * delayUs) / 1_000),
  },
})
