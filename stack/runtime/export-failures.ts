// What the collector's log says of inserts that fail: since when, and why.
import { property } from '../../core/property.ts'

export interface ExportFailures {
  /** ISO 8601: the first of those that have followed each other without a long pause. */
  readonly since: string
  /** ISO 8601 */
  readonly last: string
  /** The last error, in the words of ClickHouse's client, on one line. */
  readonly error: string
}

/** Longer than the exporter waits for an answer, and then until it tries again. */
const PAUSE_MS = 60_000
const LONGEST = 300

/** @param lines of the collector's log, the newest last @returns undefined when no insert failed in them */
export function exportFailures(lines: readonly string[]): ExportFailures | undefined {
  const failures = lines.flatMap((line) => {
    const [, time, fields] = /(\d{4}-\d\d-\d\dT[\d:.]+Z)\s+\w+\s.*?Exporting failed[^{]*(\{.*\})\s*$/.exec(line) ?? []
    return time === undefined || fields === undefined ? [] : [{ time, error: errorOf(fields) }]
  })
  const last = failures.at(-1)
  if (last === undefined) return undefined
  let since = last.time
  for (const { time } of failures.toReversed()) {
    if (Date.parse(since) - Date.parse(time) > PAUSE_MS) break
    since = time
  }
  return { since, last: last.time, error: last.error }
}

function errorOf(fields: string): string {
  try {
    return String(property(JSON.parse(fields), 'error') ?? '')
      .replace(/\s+/g, ' ')
      .slice(0, LONGEST)
  } catch {
    return fields.slice(0, LONGEST)
  }
}
