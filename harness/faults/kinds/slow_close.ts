// The fault *slow_close*: the end of a connection arrives later.
import fc from 'fast-check'
import { ms, PATIENCE_MS } from '../toxics/effect.ts'
import { type ToxicShape, toxicKind } from '../toxics/toxic-kind.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    slow_close: ToxicShape<{ readonly delayMs: number }>
  }
}

export const kind = toxicKind({
  kind: 'slow_close',
  happens: 'come over connections that close slowly',
  numbers: { delayMs: 300 },
  trial: { delayMs: 100 },
  random: { weight: 1, numbers: fc.record({ delayMs: fc.integer({ min: 100, max: 250 }) }) },
  toxic: {
    attributes: ({ delayMs }) => ({ delay: delayMs }),
    wantedBytes: () => 1,
    limitMs: ({ delayMs }) => PATIENCE_MS + delayMs,
    shows: ({ delayMs }, { before, through, beside }) => {
      const normalMs = Math.max(
        before.closedMs ?? Number.POSITIVE_INFINITY,
        beside.closedMs ?? Number.POSITIVE_INFINITY,
      )
      return through.closedMs !== undefined && through.closedMs >= delayMs * 0.9 && normalMs < delayMs * 0.5
        ? `a probe's connection closed after ${ms(through.closedMs)} (a healthy one: ${ms(normalMs)})`
        : undefined
    },
  },
})
