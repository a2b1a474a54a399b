// Days and months as the clocks of a time zone show them, changes of the clock included.

const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** `2025-03-30` for the moment there. */
export function localDay(ms: number, tz: string): string {
  const parts = Object.fromEntries(
    formatOf(tz)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
  return `${(parts.year ?? '').padStart(4, '0')}-${parts.month}-${parts.day}`
}

export interface Month {
  /** `2025-03-01` */
  readonly firstDay: string
  readonly startMs: number
  readonly endMs: number
}

/** The month there in which the moment lies. */
export function localMonth(ms: number, tz: string): Month {
  const [year = 0, month = 0] = localDay(ms, tz).split('-').map(Number)
  return {
    firstDay: dayText(year, month),
    startMs: beginOf(year, month, tz),
    endMs: month === 12 ? beginOf(year + 1, 1, tz) : beginOf(year, month + 1, tz),
  }
}

/** The first moment at which the calendar there shows the month. No zone changes its clock back over the first midnight of a month. */
function beginOf(year: number, month: number, tz: string): number {
  const day = dayText(year, month)
  let before = Date.UTC(year, month - 1, 1) - 2 * DAY_MS
  let there = before + 4 * DAY_MS
  while (there - before > 1) {
    const middle = Math.floor((before + there) / 2)
    if (localDay(middle, tz) >= day) there = middle
    else before = middle
  }
  return there
}

function dayText(year: number, month: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`
}

function formatOf(tz: string): Intl.DateTimeFormat {
  const format =
    formats.get(tz) ??
    new Intl.DateTimeFormat('en-u-ca-iso8601', { timeZone: tz, year: 'numeric', month: '2-digit', day: '2-digit' })
  formats.set(tz, format)
  return format
}
