// Compares a bulk ledger with what is stored: every request by count and hash sums, and by name only where something differs.
import { type BulkTally, MAX_BULK_EXAMPLES } from './model/bulk-tally.ts'

/** How a request was answered; `unsent`: it was not. */
export type BulkAnswer = 'unsent' | 'accepted' | 'refused' | 'indeterminate'

/** What the rows of one request, or of one session, add up to. */
export interface RowSums {
  readonly rows: number
  /** Sums modulo 2^64 of the two halves of each row's MD5, as text. */
  readonly low: string
  readonly high: string
}

export type SessionSums = RowSums & { readonly session: string }

/** What is asked of the ledger of a bulk load; each request is a session of its own. */
export interface BulkLedgerView {
  readonly requests: number
  sessionOf(number: number): string
  sumsOf(number: number): RowSums
  answerOf(number: number): BulkAnswer
  /** Events in requests that were answered so. */
  events(answer: BulkAnswer): number
}

/** Holds every request to the rows of its session. @param stored the rows of each session of the load, as a query sees them */
export function judgeBulk(ledger: BulkLedgerView, stored: readonly SessionSums[]): BulkTally {
  const found = { stored: 0, lost: 0, duplicated: 0, corrupted: 0, unexpected: 0 }
  const examples: string[] = []
  const note = (kind: 'lost' | 'duplicated' | 'corrupted' | 'unexpected', events: number, session: string) => {
    found[kind] += events
    if (examples.length < MAX_BULK_EXAMPLES) examples.push(`session ${session}: ${events} events ${kind}`)
  }
  const rows = new Map(stored.map((row) => [row.session, row]))
  for (let number = 0; number < ledger.requests; number += 1) {
    const session = ledger.sessionOf(number)
    const row = rows.get(session)
    rows.delete(session)
    const expected = ledger.sumsOf(number)
    const answer = ledger.answerOf(number)
    const count = row?.rows ?? 0
    found.stored += count
    if (answer === 'refused' || answer === 'unsent') {
      if (count > 0) note('unexpected', count, session)
    } else if (count < expected.rows) {
      // Without an answer it may or may not be there, whole or in part.
      if (answer === 'accepted') note('lost', expected.rows - count, session)
    } else if (count > expected.rows) note('duplicated', count - expected.rows, session)
    else if (row?.low !== expected.low || row.high !== expected.high) note('corrupted', count, session)
  }
  // What is left over was never offered.
  for (const { session, rows: count } of rows.values()) {
    found.stored += count
    note('unexpected', count, session)
  }
  const acknowledged = ledger.events('accepted')
  const refused = ledger.events('refused')
  const indeterminate = ledger.events('indeterminate')
  return { offered: acknowledged + refused + indeterminate, acknowledged, refused, indeterminate, ...found, examples }
}
