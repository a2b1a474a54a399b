// Plays the sessions of a preset: each plan is one session, the same in every process.
import { seededUuid } from '../../core/random.ts'
import { placeOf } from '../people.ts'
import { allProfiles, profileAt } from '../profiles.ts'
import { generateSession, type Session } from '../sessions/session.ts'
import { stream } from '../streams.ts'
import type { Planting } from '../text-maker.ts'
import { burstsOf } from './bursts.ts'
import { type Habits, habitsOf } from './habits.ts'
import type { Plan } from './plan.ts'
import type { Preset } from './preset.ts'
import { teamShape } from './team-shape.ts'
import { projectFiles, teamVoice } from './team-voice.ts'

const FEATURE_MS = 10 * 86_400_000
const OCCASION = 7
const SMALL_MODEL = 'claude-haiku-4-5'

export interface TeamOptions {
  readonly preset: Preset
  readonly seed: number
  /** `some` when absent. */
  readonly planting?: Planting
}

/** Plays one plan after the other. */
export function teamPlayer({ preset, seed, planting }: TeamOptions): (plan: Plan) => Session {
  const inBurst = burstsOf(preset, seed)
  const files = projectFiles(seed)
  const team = new Map<number, Habits>()
  return (plan) => {
    const habits = team.get(plan.member) ?? habitsOf(preset, seed, plan.member)
    team.set(plan.member, habits)
    const { headless, startType, startMs, index } = plan
    const model = headless && index % 2 === 0 ? SMALL_MODEL : habits.model
    // The small model has no long context.
    const longContext = plan.longContext && model !== SMALL_MODEL
    // A person works on a feature for a while.
    const place = placeOf(seed, stream(seed, `place/${plan.member}/${Math.floor(startMs / FEATURE_MS)}`))
    return generateSession({
      seed,
      index,
      startMs,
      profile: allProfiles.find(({ name }) => name === plan.version) ?? profileAt(index),
      ...(planting === undefined ? {} : { planting }),
      content: habits.content ? 'on' : 'off',
      longContext,
      context: { ...place, sessionId: seededUuid(seed, `session/${plan.sameAs ?? index}`) },
      life: {
        member: plan.member,
        system: habits.system,
        model,
        effort: habits.effort,
        // A script has no terminal, or that of the person who started it.
        terminal: headless && index % 3 !== 0 ? 'non-interactive' : habits.terminal,
        querySource: headless ? 'sdk' : 'repl_main_thread',
        startType,
        occasion: index % OCCASION === 0,
        shape: (faker) => teamShape(faker, { preset, habits, inBurst, headless, longContext }),
        voice: (words) => teamVoice(words, preset, files),
      },
    })
  }
}
