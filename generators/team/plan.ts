// Who works when: the sessions of a preset in the order of their start, by the clocks, weeks and habits of its people.
import type { Faker } from '@faker-js/faker'
import { allProfiles } from '../profiles.ts'
import { stream } from '../streams.ts'
import { drawCount } from './distribution.ts'
import { type Habits, habitsOf, pick } from './habits.ts'
import type { Preset } from './preset.ts'

/** All that tells one session of a preset from another; it can be handed to another process. */
export interface Plan {
  /** From 0, in the order of the start. */
  readonly index: number
  readonly startMs: number
  readonly member: number
  readonly headless: boolean
  /** Another's session id is used again: that of the session with this index. */
  readonly sameAs?: number
  readonly startType: 'fresh' | 'resume' | 'continue'
  readonly longContext: boolean
  /** The name of the profile of the client's version. */
  readonly version: string
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** How many of their own sessions a person may go back to. */
const REMEMBERED = 6
/** Of a whole year people move to newer versions; the rest is who they are. */
const MOVING = 0.7
const YEAR_DAYS = 365

export interface PlanOptions {
  readonly preset: Preset
  readonly seed: number
  /** Midnight of its first day: milliseconds since the epoch. */
  readonly startMs: number
}

/** Without end where the preset has none. */
export function* planSessions({ preset, seed, startMs }: PlanOptions): Generator<Plan> {
  const team = Array.from({ length: preset.people }, (_, member) => habitsOf(preset, seed, member))
  const earlier = new Map<number, number[]>()
  const { most = Number.POSITIVE_INFINITY } = preset.sessions
  let index = 0
  for (let day = 0; day < (preset.days ?? Number.POSITIVE_INFINITY); day += 1) {
    const dayMs = startMs + day * DAY_MS
    const starts = team.flatMap((habits) => startsOf(preset, seed, habits, dayMs)).sort((a, b) => a.atMs - b.atMs)
    for (const { atMs, habits, faker } of starts) {
      const own = earlier.get(habits.member) ?? []
      earlier.set(habits.member, own)
      const first = drawPlan(preset, { index, atMs, habits, faker, own, day })
      own.push(index)
      if (own.length > REMEMBERED) own.shift()
      const second = !first.headless && faker.datatype.boolean(preset.sessions.shared_id)
      const laterMs = first.startMs + faker.number.int({ min: 500, max: 30_000 })
      const twin = { ...first, index: index + 1, startMs: laterMs, sameAs: first.sameAs ?? first.index }
      for (const plan of second ? [first, twin] : [first]) {
        if (index >= most) return
        yield plan
        index += 1
      }
    }
  }
}

interface Start {
  readonly atMs: number
  readonly habits: Habits
  readonly faker: Faker
}

/** The person's starts of a day, by their own clock. */
function startsOf({ sessions }: Preset, seed: number, habits: Habits, dayMs: number): Start[] {
  const faker = stream(seed, `day/${dayMs}/${habits.member}`)
  const weekday = (new Date(dayMs).getUTCDay() + 6) % 7
  const count = drawCount(faker, habits.sessionsADay * (sessions.weekdays[weekday] ?? 0))
  const hours = Object.fromEntries(sessions.hours.entries())
  return Array.from({ length: count }, () => {
    const hour = Number(pick(faker, hours))
    return { atMs: dayMs + hour * HOUR_MS + faker.number.int(HOUR_MS - 1) - habits.zoneMs, habits, faker }
  })
}

interface Drawing extends Start {
  readonly index: number
  readonly own: readonly number[]
  readonly day: number
}

function drawPlan({ sessions, request, versions }: Preset, drawing: Drawing): Plan {
  const { index, atMs, habits, faker, own, day } = drawing
  const headless = faker.datatype.boolean(sessions.headless)
  const resumed = faker.datatype.boolean(sessions.resumed)
  const sameAs = resumed && !headless ? own[faker.number.int(Math.max(0, own.length - 1))] : undefined
  return {
    index,
    // What the machine's clock says.
    startMs: atMs + habits.skewMs,
    member: habits.member,
    headless,
    ...(sameAs === undefined ? {} : { sameAs }),
    startType: sameAs === undefined ? 'fresh' : faker.helpers.arrayElement(['resume', 'continue']),
    longContext: faker.datatype.boolean(request.long_context),
    version: versionOf(
      versions,
      Math.min(1, habits.newness * (1 - MOVING * Math.min(1, day / YEAR_DAYS)) + MOVING * Math.min(1, day / YEAR_DAYS)),
    ),
  }
}

/** The version at a place between the oldest (0) and the newest (1), by their shares. */
function versionOf(shares: Preset['versions'], place: number): string {
  const total = Object.values(shares).reduce((sum: number, each) => sum + Number(each), 0)
  let left = place * total
  const known = allProfiles.filter(({ name }) => Number(shares[name] ?? 0) > 0)
  for (const { name } of known) {
    left -= Number(shares[name] ?? 0)
    if (left <= 0) return name
  }
  return known.at(-1)?.name ?? ''
}
