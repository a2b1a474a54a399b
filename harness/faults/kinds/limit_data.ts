// The fault *limit_data*: a connection is cut after so many bytes one way.
import fc from 'fast-check'
import { ended, isCut, PATIENCE_MS } from '../toxics/effect.ts'
import { type ToxicShape, toxicKind } from '../toxics/toxic-kind.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    limit_data: ToxicShape<{ readonly limitBytes: number }>
  }
}

export const kind = toxicKind({
  kind: 'limit_data',
  happens: 'are cut in the middle',
  numbers: { limitBytes: 900 },
  trial: { limitBytes: 60 },
  random: { weight: 2, numbers: fc.record({ limitBytes: fc.integer({ min: 50, max: 1_500 }) }) },
  toxic: {
    attributes: ({ limitBytes }) => ({ bytes: limitBytes }),
    wantedBytes: ({ limitBytes }) => limitBytes + 1,
    limitMs: () => PATIENCE_MS,
    shows: (_, { before, through }) =>
      isCut(through)
        ? `a probe was ${ended(through)} after ${through.receivedBytes} of ${before.receivedBytes} bytes of its answer`
        : undefined,
  },
})
