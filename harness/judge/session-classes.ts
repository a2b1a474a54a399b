// Sessions of a bulk load that are copies of each other: one of each class is read thoroughly, and the others are as it is.
import type { RowSums, SessionSums } from './judge-bulk.ts'

/** Sessions of one template with as many rows and equal sums. */
export type SessionClass = RowSums & { readonly sessions: readonly string[] }

/** The session that stands for a class, read in one query both ways. */
export interface Representative {
  readonly session: string
  /** By which its class was made. */
  readonly quick: RowSums
  /** By the hash that the ledger expects. */
  readonly thorough: RowSums
  /** Whether equal quick sums can only be of equal rows. */
  readonly plain: boolean
}

/** The session that stands for a class. */
export function representativeOf({ sessions }: SessionClass): string {
  return sessions[0] ?? ''
}

/**
 * The thorough sums of every session: those of the one that stands for its class.
 * @returns undefined when one of them cannot stand for others: it has changed since, is gone, or is not plain
 */
export function carryOver(
  classes: readonly SessionClass[],
  representatives: readonly Representative[],
): SessionSums[] | undefined {
  const found = new Map(representatives.map((each) => [each.session, each]))
  const carried: SessionSums[] = []
  for (const each of classes) {
    const one = found.get(representativeOf(each))
    if (one === undefined || !one.plain || !isEqual(one.quick, each)) return undefined
    for (const session of each.sessions) carried.push({ session, ...one.thorough })
  }
  return carried
}

const isEqual = (one: RowSums, other: RowSums) =>
  one.rows === other.rows && one.low === other.low && one.high === other.high
