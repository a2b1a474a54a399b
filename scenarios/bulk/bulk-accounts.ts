// Compares a bulk ledger with what is stored: every request by count and hash sums, and by name only where something differs.
import type { Database } from '../database.ts'
import { type BulkLedger, ROW_HASH } from './bulk-ledger.ts'

/** Counts of events, and examples of what is wrong. */
export interface BulkAccounts {
  readonly offered: number
  readonly acknowledged: number
  readonly refused: number
  readonly indeterminate: number
  readonly stored: number
  readonly lost: number
  readonly duplicated: number
  readonly corrupted: number
  readonly unexpected: number
  readonly examples: readonly string[]
}

/** Accounts, and what a person must know of the load to read them. */
export type BulkEvidence = BulkAccounts & { readonly about: string }

/** The accounts of two loads as those of one. */
export function addAccounts(one: BulkAccounts, other: BulkAccounts): BulkAccounts {
  const sum = (key: Exclude<keyof BulkAccounts, 'examples'>) => one[key] + other[key]
  return {
    ...{ offered: sum('offered'), acknowledged: sum('acknowledged'), refused: sum('refused') },
    ...{ indeterminate: sum('indeterminate'), stored: sum('stored'), lost: sum('lost') },
    ...{ duplicated: sum('duplicated'), corrupted: sum('corrupted'), unexpected: sum('unexpected') },
    examples: [...one.examples, ...other.examples].slice(0, MAX_EXAMPLES),
  }
}

interface SessionRow {
  readonly session: string
  readonly rows: number
  readonly low: string
  readonly high: string
}

const MAX_EXAMPLES = 10

/** @throws UserError when ClickHouse does not answer */
export async function bulkAccounts(ledger: BulkLedger, database: Database): Promise<BulkAccounts> {
  const found = { stored: 0, lost: 0, duplicated: 0, corrupted: 0, unexpected: 0 }
  const examples: string[] = []
  const note = (kind: 'lost' | 'duplicated' | 'corrupted' | 'unexpected', events: number, session: string) => {
    found[kind] += events
    if (examples.length < MAX_EXAMPLES) examples.push(`session ${session}: ${events} events ${kind}`)
  }
  const rows = await readSessions(ledger, database)
  for (let number = 0; number < ledger.requests; number += 1) {
    const session = ledger.stencilOf(number).sessionId(number)
    const row = rows.get(session)
    rows.delete(session)
    const expected = ledger.sumsOf(number)
    const fate = ledger.fateOf(number)
    const count = row?.rows ?? 0
    found.stored += count
    if (fate === 'refused' || fate === 'unsent') {
      if (count > 0) note('unexpected', count, session)
    } else if (count < expected.rows) {
      // Without an answer it may or may not be there, whole or in part.
      if (fate === 'accepted') note('lost', expected.rows - count, session)
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

async function readSessions(ledger: BulkLedger, database: Database): Promise<Map<string, SessionRow>> {
  const rows = await database.rows<SessionRow>(
    `SELECT session_id AS session, count() AS rows,
            toString(sum(reinterpretAsUInt64(substring(hash, 1, 8)))) AS low,
            toString(sum(reinterpretAsUInt64(substring(hash, 9, 8)))) AS high
     FROM (SELECT session_id, ${ROW_HASH} AS hash FROM telemetry_events WHERE ${OF_THE_LOAD})
     GROUP BY session_id`,
    { prefixes: ledger.stencils.map(({ sessionPrefix }) => sessionPrefix) },
  )
  return new Map(rows.map((row) => [row.session, row]))
}

/** Rows of the load's sessions that a query sees by now. */
export async function bulkStored(ledger: BulkLedger, database: Database): Promise<number> {
  const [row] = await database.rows<{ rows: number }>(
    `SELECT count() AS rows FROM telemetry_events WHERE ${OF_THE_LOAD}`,
    { prefixes: ledger.stencils.map(({ sessionPrefix }) => sessionPrefix) },
  )
  return row?.rows ?? 0
}

const OF_THE_LOAD = "arrayExists(p -> startsWith(ifNull(session_id, ''), p), {prefixes:Array(String)})"
