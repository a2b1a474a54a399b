// The mix of a preset as templates of a bulk load: its sessions, cut into requests.
import { type RequestTemplate, templateOf } from '../bulk/request-template.ts'
import { type Plan, planSessions } from './plan.ts'
import { type TeamOptions, teamPlayer } from './team-session.ts'

export interface TeamTemplateOptions extends Omit<TeamOptions, 'planting'> {
  /** Midnight of the preset's first day: milliseconds since the epoch. */
  readonly startMs: number
  /** Sessions that are taken, evenly from all of it: a week's start is not its mix. */
  readonly sessions: number
  /** Most records of a request; a session's last one has what is left. */
  readonly events: number
}

/** Of a preset without end. */
const MOST_PLANS = 2_000

/** Each request of each session is a template; its copies are sessions of their own. */
export function teamTemplates({ preset, seed, startMs, sessions, events }: TeamTemplateOptions): RequestTemplate[] {
  const plans = [...planSessions({ preset, seed, startMs }).take(MOST_PLANS)]
  const play = teamPlayer({ preset, seed, planting: 'none' })
  return evenly(plans, sessions).flatMap((plan) => {
    const session = play(plan)
    return Array.from({ length: Math.ceil(session.events.length / events) }, (_, part) =>
      templateOf(session, session.events.slice(part * events, (part + 1) * events)),
    )
  })
}

function evenly(plans: readonly Plan[], wanted: number): readonly Plan[] {
  const count = Math.min(wanted, plans.length)
  return plans.filter(
    (_, index) => Math.floor((index * count) / plans.length) !== Math.floor(((index - 1) * count) / plans.length),
  )
}
