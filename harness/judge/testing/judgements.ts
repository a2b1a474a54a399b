// What the tests of judging say of a judgement, and a perfect history that they change: three events and two data points.
import type { Judgement } from '../judge.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Tally } from '../model/tally.ts'

import { eventRow, evidenceOf, type LogText, log, offer, point, rawRow } from './evidence.ts'

export const logs = [log(1), log(2), log(3)] as const
const points = [point(10), point(20)]
export const perfect = evidenceOf([...logs, ...points].map((record) => offer(record)))

/** The names of the oracles that fail. */
export function failing({ findings }: Judgement): string[] {
  return findings.filter(({ verdict }) => verdict === 'fail').map(({ oracle }) => oracle)
}

/** How many records the judgement counts as lost, and so on; only what is not 0. */
export function deviations(judgement: Judgement): Partial<Tally> {
  const { lost, duplicated, corrupted, unexpected, leaked } = judgement.tally
  const named = { lost, duplicated, corrupted, unexpected, leaked }
  return Object.fromEntries(Object.entries(named).filter(([, count]) => count > 0))
}

export function examples({ findings }: Judgement): string {
  return findings.flatMap((finding) => finding.examples).join('\n')
}

/** The evidence with other rows for log records, in the view and behind it. */
export function withLogs(rows: readonly LogText[], evidence: Evidence = perfect): Evidence {
  return { ...evidence, events: rows.map((row) => eventRow(row)), records: rows.map(rawRow) }
}
