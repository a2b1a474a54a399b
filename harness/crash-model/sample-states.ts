// Chooses which of the states that crashes may leave of a life are looked at.
import { badSectors, type CrashState, cutStates, drawnCuts, killStates, type Recorded } from './crash-states.ts'

/** Of the states within operations (bytes, blocks), where not all are looked at. */
const COARSE_STATES = 250

/** Each state that is worth recovering from: chance first, then systematically. */
export function* statesOf(
  recorded: Recorded,
  draw: (below: number) => number,
  isThorough: boolean,
): Generator<CrashState> {
  const perOperation = isThorough ? 8 : 2
  yield* drawnCuts(recorded, draw, perOperation)
  yield* badSectors(recorded)
  const some = isThorough ? recorded : { ...recorded, wanted: sampler(recorded, draw) }
  yield* killStates(some)
  yield* cutStates(some)
}

/** Says yes about `COARSE_STATES` times for as many bytes as were appended. */
function sampler({ operations }: Recorded, draw: (below: number) => number): () => boolean {
  const bytes = operations.reduce(
    (sum, operation) => (operation.kind === 'append' ? sum + operation.bytes.length : sum),
    0,
  )
  const oneIn = Math.ceil((2 * bytes) / COARSE_STATES)
  return () => draw(oneIn) === 0
}

/** One of a list, by chance. */
export function pick<T>(from: readonly T[], draw: (below: number) => number): T | undefined {
  return from[draw(from.length)]
}
