// What was broken in a run, counted: kind by stage and operation, and how many of them showed an effect.
import type { RunResult } from '../../harness/judge/run-result.ts'

export interface FaultCell {
  readonly tried: number
  readonly effective: number
}

export interface FaultTable {
  /** `collector, while sending` */
  readonly columns: readonly string[]
  readonly rows: readonly { readonly kind: string; readonly cells: readonly (FaultCell | undefined)[] }[]
}

/** Undefined when nothing was broken. */
export function faultTable({ scenarios }: Pick<RunResult, 'scenarios'>): FaultTable | undefined {
  const faults = scenarios.flatMap((scenario) => scenario.faults)
  if (faults.length === 0) return undefined
  const cells = new Map<string, FaultCell>()
  const columns = new Set<string>()
  const kinds = new Set<string>()
  for (const { kind, stage, operation, effect } of faults) {
    const column = `${stage}, ${operation === 'at rest' ? operation : `while ${operation}`}`
    columns.add(column)
    kinds.add(kind)
    const key = `${kind}\n${column}`
    const { tried = 0, effective = 0 } = cells.get(key) ?? {}
    cells.set(key, { tried: tried + 1, effective: effective + (effect === null ? 0 : 1) })
  }
  const names = [...columns].sort()
  return {
    columns: names,
    rows: [...kinds].sort().map((kind) => ({ kind, cells: names.map((column) => cells.get(`${kind}\n${column}`)) })),
  }
}

/** `12`, or `11 of 12` when one showed no effect; empty when it was not tried. */
export function cellText(cell: FaultCell | undefined): string {
  if (cell === undefined) return ''
  return cell.effective === cell.tried ? String(cell.tried) : `${cell.effective} of ${cell.tried}`
}
