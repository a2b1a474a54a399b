// The people of a team: each with habits that stay the same from session to session.
import type { Faker } from '@faker-js/faker'
import { toolNames } from '../events/tool-calls.ts'
import { stream } from '../streams.ts'
import { draw } from './distribution.ts'
import type { Preset } from './preset.ts'

export interface Habits {
  readonly member: number
  /** Sessions on a usual working day. */
  readonly sessionsADay: number
  /** How much longer than usual the person's prompts and sessions are. */
  readonly verbosity: number
  readonly zoneMs: number
  /** What the clock of the machine is ahead; negative: behind. */
  readonly skewMs: number
  readonly system: number
  readonly model: string
  readonly terminal: string
  readonly effort: string
  readonly content: boolean
  /** Where the person stands among those who use newer and newer versions, 0 to 1. */
  readonly newness: number
  readonly tools: Readonly<Record<string, number>>
}

const MINUTE_MS = 60_000
const VERBOSITY = { median: 1, p90: 1.3, max: 2 }

export function habitsOf(preset: Preset, seed: number, member: number): Habits {
  const faker = stream(seed, `habits/${member}`)
  const favourite = faker.helpers.arrayElement(toolNames)
  const { sessions, clocks, models } = preset
  return {
    member,
    sessionsADay: draw(faker, sessions.a_day),
    verbosity: draw(faker, VERBOSITY),
    zoneMs: faker.helpers.arrayElement(sessions.time_zones) * MINUTE_MS,
    skewMs: faker.datatype.boolean(clocks.wrong)
      ? Math.round(1000 * draw(faker, clocks.seconds)) * (faker.datatype.boolean() ? 1 : -1)
      : 0,
    system: faker.number.int(2),
    model: pick(faker, models),
    terminal: faker.helpers.arrayElement(['xterm-256color', 'vscode', 'iTerm.app', 'tmux']),
    effort: faker.helpers.arrayElement(['high', 'high', 'medium', 'low']),
    content: faker.datatype.boolean(sessions.content),
    newness: faker.number.float(),
    tools: { [favourite]: preset.favourite_tool },
  }
}

/** One of the names, by their shares; those of 0 never. */
export function pick(faker: Faker, shares: Readonly<Record<string, number | undefined>>): string {
  const likely = Object.entries(shares).flatMap(([value, weight = 0]) => (weight > 0 ? [{ value, weight }] : []))
  return faker.helpers.weightedArrayElement(likely)
}
