// On a running stack: how long rows are kept, how fast they grow, and when the disk that holds them is full.
import { renderRetention } from '../runtime/retention.ts'
import { bad, type DoctorFinding, gibibytes, ok, warn } from './finding.ts'

const CHECK = 'growth'
const WARN_DAYS = 7
/** A rate is measured over so many days at most; further back people worked otherwise. */
const RATE_DAYS = 7
const MOST_DAYS = 3650
const ADVICE =
  'keep rows for fewer days (TELEMETRY_RETENTION_DAYS, then `npm run stack -- up`), free some space there, or move the data to another disk: docs/troubleshooting.md, "The disk fills up"'

/** What is stored, and where it goes. */
export interface Stored {
  /** How many rows came so many whole times 24 hours ago: 0 is the last day. In any order; days without rows may be left out. */
  readonly rows: readonly { readonly daysAgo: number; readonly rows: number }[]
  /** Of all rows, on disk. */
  readonly bytes: number
  /** What is acknowledged and not stored yet: in the collector's queue and in the relay's buffer. */
  readonly waitingBytes: number
  /** On the disk that holds the rows. */
  readonly freeBytes: number
  /** 0 means for ever. */
  readonly retentionDays: number
}

export interface Forecast {
  /** What a day brings, the last one or one of the last week, whichever is more; what goes by itself is not taken off. */
  readonly bytesPerDay: number
  /** So many days of rows that was measured over; 0 where nothing is stored. */
  readonly measuredDays: number
  /** On which day from now the disk is full, 1 being the next 24 hours; null when not within ten years. */
  readonly fullInDays: number | null
}

/** The days to come are taken to be as the fastest of late, and rows to go when their time has come. */
export function forecast({ rows, bytes, waitingBytes, freeBytes, retentionDays }: Stored): Forecast {
  const byAge = new Map<number, number>()
  // A clock that was set back leaves rows of the future: they have just come.
  for (const each of rows) byAge.set(Math.max(0, each.daysAgo), (byAge.get(Math.max(0, each.daysAgo)) ?? 0) + each.rows)
  const total = sum(byAge.values())
  const oldest = Math.max(-1, ...byAge.keys())
  const bytesPerRow = total === 0 ? 0 : bytes / total
  const measuredDays = Math.min(RATE_DAYS, oldest + 1)
  const ofLast = (days: number) =>
    sum([...byAge].flatMap(([age, count]) => (age < days ? [count] : []))) * bytesPerRow + waitingBytes
  const bytesPerDay = measuredDays === 0 ? waitingBytes : Math.max(ofLast(1), ofLast(measuredDays) / measuredDays)
  let left = freeBytes
  for (let day = 1; day <= MOST_DAYS; day += 1) {
    left -= bytesPerDay - bytesPerRow * going(byAge, day, retentionDays)
    // From then on as much goes as comes.
    if (left >= 0 && retentionDays > 0 && day >= retentionDays) break
    if (left < 0) return { bytesPerDay, measuredDays, fullInDays: day }
  }
  return { bytesPerDay, measuredDays, fullInDays: null }
}

/** Of the rows that are there, those whose time has come on this day; on the first also those whose time had come before. */
function going(byAge: ReadonlyMap<number, number>, day: number, retentionDays: number): number {
  if (retentionDays === 0 || day > retentionDays) return 0
  if (day > 1) return byAge.get(retentionDays - day) ?? 0
  return sum([...byAge].flatMap(([age, count]) => (age >= retentionDays - 1 ? [count] : [])))
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0)
}

/** @throws when ClickHouse does not answer */
export async function checkGrowth(read: () => Promise<Stored>): Promise<DoctorFinding> {
  const stored = await read()
  const { bytesPerDay, measuredDays, fullInDays } = forecast(stored)
  const kept = `rows are kept ${renderRetention(stored.retentionDays)}`
  const free = `${gibibytes(stored.freeBytes)} free on the disk that holds them`
  if (measuredDays === 0 && stored.waitingBytes === 0) return ok(CHECK, `${kept}; nothing is stored yet; ${free}`)
  const rate = `about ${amount(bytesPerDay)} a day${measuredDays > 1 ? '' : ' (by one day alone)'}, ${free}`
  if (fullInDays === null) return ok(CHECK, `${kept}; ${rate}: no end in sight`)
  const when = fullInDays === 1 ? 'within a day' : `in less than ${fullInDays} days`
  if (fullInDays > WARN_DAYS) return ok(CHECK, `${kept}; ${rate}: full ${when} at this rate`)
  return (fullInDays === 1 ? bad : warn)(CHECK, `the disk will be full ${when} at this rate: ${rate}; ${kept}`, ADVICE)
}

/** `1.2 MB` */
function amount(bytes: number): string {
  const [divisor, unit] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB']
  return `${(bytes / divisor).toFixed(1)} ${unit}`
}
