// A fault as a run keeps it: what was broken, where, while what went on, and what showed its effect.

/** What was going on where the fault struck. */
export type Operation = 'at rest' | 'sending' | 'parking' | 'delivering' | 'inserting'

/** A fault that was injected. Without an effect it says nothing. */
export interface FaultRecord {
  readonly kind: string
  readonly stage: string
  readonly parameters: Readonly<Record<string, number | string>>
  readonly operation: Operation
  /** What showed that it took effect. */
  readonly effect: string | null
}

/** `kill of collector while sending {"how":"stop"}` */
export function describeFault({ kind, stage, parameters, operation }: FaultRecord): string {
  const details = Object.keys(parameters).length === 0 ? '' : ` ${JSON.stringify(parameters)}`
  return `${kind} of ${stage} ${operation === 'at rest' ? operation : `while ${operation}`}${details}`
}
