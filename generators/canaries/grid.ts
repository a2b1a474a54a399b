// Canaries for a whole grid: so many in every cell of group x encoding x position, whatever number of classes a group has.
import { promisedCells } from './cells.ts'
import { classGroups } from './classes/index.ts'
import { canaryMaker } from './make.ts'
import type { Canary, CanaryClass } from './model/canary.ts'

export interface GridCanary {
  readonly group: string
  readonly canary: Canary
  /** Its number in the cell, from 0. */
  readonly turn: number
}

/** Values under a telling key have six cells only; a short order would have too few of them. */
const LEAST_KEYED = 12

/** All cells once, then all of them again: an order that is cut short has something of each. */
export function* makeGrid({
  seed,
  perCell,
}: {
  seed: number
  perCell: number
}): Generator<GridCanary, void, undefined> {
  const make = canaryMaker(seed)
  const cells = Object.entries(classGroups).flatMap(([group, classes]) => cellsOf(group, classes))
  for (let turn = 0; turn < Math.max(perCell, LEAST_KEYED); turn += 1)
    for (const [index, { group, fitting, cell }] of cells.entries()) {
      if (turn >= perCell && fitting[0]?.keyed !== true) continue
      const one = fitting[(turn + index) % fitting.length]
      if (one) yield { group, canary: make(one, cell, turn), turn }
    }
}

function cellsOf(group: string, classes: readonly CanaryClass[]) {
  const fitting = classes.flatMap((one) => promisedCells(one).map((cell) => ({ one, cell })))
  return [...Map.groupBy(fitting, ({ cell }) => `${cell.encoding} ${cell.position}`).values()].flatMap((all) => {
    const [first] = all
    return first ? [{ group, cell: first.cell, fitting: all.map(({ one }) => one) }] : []
  })
}
