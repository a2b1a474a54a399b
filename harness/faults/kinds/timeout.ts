// The fault *timeout*: a link swallows what goes one way, and cuts the connection after a while (0: never).
import fc from 'fast-check'
import { ended, ms } from '../toxics/effect.ts'
import { type ToxicShape, toxicKind } from '../toxics/toxic-kind.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    timeout: ToxicShape<{ readonly timeoutMs: number }>
  }
}

export const kind = toxicKind({
  kind: 'timeout',
  happens: 'are swallowed and then cut off',
  numbers: { timeoutMs: 200 },
  trial: { timeoutMs: 80 },
  random: { weight: 1, numbers: fc.record({ timeoutMs: fc.integer({ min: 20, max: 150 }) }) },
  toxic: {
    attributes: ({ timeoutMs }) => ({ timeout: timeoutMs }),
    wantedBytes: () => 1,
    limitMs: ({ timeoutMs }) => timeoutMs + 500,
    shows: ({ timeoutMs }, { through }) =>
      through.answeredRounds === 0 && through.tookMs >= timeoutMs * 0.9
        ? `a probe had no answer for ${ms(through.tookMs)}${through.end === 'silent' ? '' : `, then was ${ended(through)}`}`
        : undefined,
  },
})
