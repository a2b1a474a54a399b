// What two scanners of other people find in the rows that hold the canaries' texts, masked.
import type { Experiment } from '../../harness/experiment/experiment.ts'
import { scanTexts, seatJudges } from '../../harness/privacy/judges/judges.ts'
import type { Context } from '../../harness/scenario.ts'

const PER_RECORDS = 10_000
const LIMIT = 1

/** Judges that cannot be had here are told as a doubt only where there is none at all. */
export async function judgeRows(context: Context, experiment: Experiment): Promise<void> {
  const bench = await seatJudges((message) => context.progress(message))
  const rows = await experiment.database.rows<{ text: string }>(
    `SELECT arrayStringConcat(arrayConcat(arrayMap((key, value) -> concat(key, ': ', value), mapKeys(attributes), mapValues(attributes)), [body, scope_name, severity_text]), '\\n') AS text
     FROM telemetry.logs_raw WHERE mapContains(attributes, 'canary')`,
  )
  for (const { name, reason } of bench.missing)
    experiment.check('sanitization', `${name} is skipped: ${reason}`, { actual: 'skipped', expected: 'skipped' })
  for (const judge of bench.judges) {
    context.progress(`${judge.name} looks at ${rows.length} records`)
    const all = await scanTexts(
      judge,
      rows.map(({ text }) => text),
    )
    // A mark in the place of a secret is found where a secret would be.
    const findings = all.filter(({ match }) => !match.includes('REDACTED_'))
    const rules = [...Map.groupBy(findings, ({ rule }) => rule)]
      .map(([rule, some]) => `${rule}: ${new Set(some.map(({ text }) => text)).size}`)
      .join(', ')
    experiment.measure('sanitization', {
      name: `${judge.name} ${judge.version} finds besides marks in ${rows.length} records, of 10,000${rules === '' ? '' : ` (${rules})`}`,
      value: (new Set(findings.map(({ text }) => text)).size / rows.length) * PER_RECORDS,
      unit: 'records',
      // Hosts, accounts and the like beside a mark are found too, and stay: shown, and read by a person.
      limit: { atMost: LIMIT, missed: 'pass' },
    })
  }
}
