// The time that a query is asked about: from flags to two instants, by the calendar of a time zone.
import { UsageError } from '../../core/errors.ts'

export interface WindowFlags {
  readonly days?: string
  readonly from?: string
  readonly to?: string
  readonly tz?: string
}

/** Half open: from `fromMs` on, and before `toMs`, in milliseconds since the epoch. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
  /** IANA name. */
  readonly tz: string
}

const DAYS = 30
/** Where ClickHouse's days and months end. */
const EARLIEST = '1970-01-01'
const LATEST = '2149-01-01'

/**
 * So many calendar days until now, today among them; or from a day or instant until another, the second not included.
 * @throws UsageError for a time, a number of days or a zone that does not exist, and when nothing lies between the two
 */
export function windowOf(flags: WindowFlags, nowMs: number): Window {
  const tz = zoneOf(flags.tz)
  const now = zoned(nowMs, tz)
  if (flags.days !== undefined && flags.from !== undefined)
    throw new UsageError('--days and --from exclude each other: give one of them')
  const toMs = flags.to === undefined ? nowMs : instant('--to', flags.to, tz)
  const fromMs =
    flags.from === undefined
      ? zoned(toMs - (flags.to === undefined ? 0 : 1), tz)
          .startOfDay()
          .subtract({ days: wholeDays(flags.days ?? String(DAYS)) - 1 }).epochMilliseconds
      : instant('--from', flags.from, tz)
  if (fromMs >= toMs)
    throw new UsageError(
      `nothing lies between ${flags.from ?? 'the beginning'} and ${flags.to ?? `now (${now.toPlainDateTime().toString({ smallestUnit: 'minute' })})`}: --from must be before --to`,
    )
  return { fromMs, toMs, tz }
}

/** As a parameter of a query: in UTC, to the millisecond. ClickHouse does not read small numbers as times. */
export function utcTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

/** As the parameters of a query. */
export function windowParameters({ fromMs, toMs, tz }: Window): Record<string, string> {
  return { from: utcTime(fromMs), to: utcTime(toMs), tz }
}

/** A moment as people of a zone write it, to the second. */
export function localTime(ms: number, tz: string): string {
  return zoned(ms, tz).toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ')
}

/** As ClickHouse writes it: letter case counts there, and an offset is no zone. */
function zoneOf(tz: string | undefined): string {
  if (tz === undefined) return Intl.DateTimeFormat().resolvedOptions().timeZone
  try {
    if (/^[A-Za-z]/.test(tz)) return new Intl.DateTimeFormat('en', { timeZone: tz }).resolvedOptions().timeZone
  } catch {
    // Told below.
  }
  throw new UsageError(`--tz ${tz}: there is no such time zone; give one like Europe/Berlin or UTC`)
}

function zoned(ms: number, tz: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz)
}

function wholeDays(text: string): number {
  const days = Number(text)
  if (/^\d+$/.test(text) && days >= 1 && days <= 36_500) return days
  throw new UsageError(`--days ${text}: give a whole number from 1 to 36500`)
}

/** A day is its first moment in the zone; a time without an offset is of the zone. */
function instant(flag: string, text: string, tz: string): number {
  const ms = parse(text, tz)
  if (ms === undefined)
    throw new UsageError(
      `${flag} ${text}: give a day (2026-01-31) or a time (2026-01-31T09:00, or with an offset: …T09:00:00Z)`,
    )
  if (ms < Date.parse(EARLIEST) || ms >= Date.parse(LATEST))
    throw new UsageError(`${flag} ${text}: give a time from ${EARLIEST} to ${LATEST}`)
  return ms
}

function parse(text: string, tz: string): number | undefined {
  try {
    if (/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) && text.includes('T')) return Temporal.Instant.from(text).epochMilliseconds
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(tz).epochMilliseconds
    return Temporal.PlainDateTime.from(text).toZonedDateTime(tz).epochMilliseconds
  } catch {
    return undefined
  }
}
