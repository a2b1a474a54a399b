// The fault *reset_peer*: a connection is reset a while after its first data.
import fc from 'fast-check'
import { ended, isCut, ms, PATIENCE_MS } from '../toxics/effect.ts'
import { type ToxicShape, toxicKind } from '../toxics/toxic-kind.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    reset_peer: ToxicShape<{ readonly timeoutMs: number }>
  }
}

export const kind = toxicKind({
  kind: 'reset_peer',
  happens: 'are reset',
  numbers: { timeoutMs: 0 },
  trial: { timeoutMs: 20 },
  random: { weight: 2, numbers: fc.constant({ timeoutMs: 0 }) },
  toxic: {
    attributes: ({ timeoutMs }) => ({ timeout: timeoutMs }),
    wantedBytes: () => 1,
    limitMs: ({ timeoutMs }) => PATIENCE_MS + timeoutMs,
    // Between a container and this machine stands another proxy, which turns a reset into an orderly end.
    shows: ({ timeoutMs }, { through }) =>
      isCut(through) && through.tookMs >= timeoutMs * 0.9
        ? `a probe was ${ended(through)} after ${ms(through.tookMs)} and ${through.receivedBytes} bytes`
        : undefined,
  },
})
