// Work under a fault: injected, met by the work, shown to have taken effect, and healed, whatever happens in between.
import type { Proof } from '../proof.ts'
import { type Fault, nameOf, type Target } from './fault.ts'
import { inject } from './inject.ts'

/** What was going on where the fault struck. */
export type Operation = 'at rest' | 'sending' | 'parking' | 'delivering' | 'inserting'

/** A fault that was tried. Without an effect it says nothing. */
export interface Exercised {
  readonly kind: string
  readonly stage: string
  readonly parameters: Readonly<Record<string, number | string>>
  readonly operation: Operation
  /** What showed that it took effect. */
  readonly effect: string | null
}

/** Does the work while the fault is in force, and notes in the proof what showed its effect. */
export async function during<T>(
  proof: Proof,
  target: Target,
  { fault, operation }: { readonly fault: Fault; readonly operation: Operation },
  work: () => Promise<T>,
): Promise<T> {
  const injected = await inject(fault, target)
  try {
    const result = await work()
    proof.exercised({ ...fault, operation, effect: (await injected.effect()) ?? null })
    return result
  } finally {
    await injected.heal()
  }
}

/** `kill of collector while sending {"how":"stop"}` */
export function describe({ operation, ...fault }: Exercised): string {
  const parameters = Object.keys(fault.parameters).length === 0 ? '' : ` ${JSON.stringify(fault.parameters)}`
  return `${nameOf(fault)} ${operation === 'at rest' ? operation : `while ${operation}`}${parameters}`
}
