// What was broken in a run, counted: kind by stage and operation, and how many of them showed an effect.
import type { FaultRecord } from '../../harness/judge/model/fault-record.ts'
import type { RunResult } from '../../harness/judge/run-result.ts'

export interface FaultCell {
  readonly tried: number
  readonly effective: number
}

export interface FaultTable {
  /** `collector, while sending` */
  readonly columns: readonly string[]
  readonly rows: readonly FaultRow[]
  /** Kinds that nothing tried. */
  readonly untriedKinds: readonly string[]
}

export interface FaultRow {
  readonly kind: string
  readonly cells: readonly (FaultCell | undefined)[]
  /** Stages where it can be injected, and was not. */
  readonly untriedStages: readonly string[]
}

/** Undefined when nothing was broken. */
export function faultTable({
  scenarios,
  faultKinds,
}: Pick<RunResult, 'scenarios' | 'faultKinds'>): FaultTable | undefined {
  const faults = scenarios.flatMap((scenario) => scenario.faults)
  if (faults.length === 0) return undefined
  const columns = [...new Set(faults.map(columnOf))].sort()
  const tried = Map.groupBy(faults, ({ kind }) => kind)
  return {
    columns,
    rows: [...tried]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, group]) => ({
        kind,
        cells: columns.map((column) => cellOf(group.filter((fault) => columnOf(fault) === column))),
        untriedStages: (faultKinds.find((known) => known.kind === kind)?.stages ?? []).filter(
          (stage) => !group.some((fault) => fault.stage === stage),
        ),
      })),
    untriedKinds: faultKinds.map(({ kind }) => kind).filter((kind) => !tried.has(kind)),
  }
}

function columnOf({ stage, operation }: FaultRecord): string {
  return `${stage}, ${operation === 'at rest' ? operation : `while ${operation}`}`
}

function cellOf(faults: readonly FaultRecord[]): FaultCell | undefined {
  if (faults.length === 0) return undefined
  return { tried: faults.length, effective: faults.filter(({ effect }) => effect !== null).length }
}

/** `12`, or `11 of 12` when one showed no effect; empty when it was not tried. */
export function cellText(cell: FaultCell | undefined): string {
  if (cell === undefined) return ''
  return cell.effective === cell.tried ? String(cell.tried) : `${cell.effective} of ${cell.tried}`
}
