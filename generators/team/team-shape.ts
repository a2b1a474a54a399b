// The shape of a session as people have them: long tails, a conversation that grows and rests in a cache, errors that come in bursts.
import type { Faker } from '@faker-js/faker'
import type { Request, Shape, Tokens } from '../shape.ts'
import { draw, drawInt } from './distribution.ts'
import type { Habits } from './habits.ts'
import type { Preset } from './preset.ts'

export interface Work {
  readonly preset: Preset
  readonly habits: Habits
  readonly inBurst: (nowMs: number) => boolean
  readonly headless: boolean
  readonly longContext: boolean
}

/** A million tokens instead of the usual window. */
const LONG_CONTEXT = 5
/** What is left of a conversation that was compacted. */
const COMPACTED = 1 / 8
const MOST_FAILURES = 11
const TYPING_MS = { median: 6_000, p90: 30_000, max: 300_000 }

export function teamShape(faker: Faker, work: Work): Shape {
  const { preset, habits, inBurst, headless } = work
  const { course, request, errors } = preset
  const scaled = (distribution: typeof course.prompts, factor: number) => ({
    ...distribution,
    median: Math.min(distribution.max, distribution.median * factor),
    p90: Math.min(distribution.max, distribution.p90 * factor),
  })
  const gapMs = Math.round(1000 * draw(faker, course.seconds_between_prompts))
  return {
    prompts: () => (headless ? 1 : drawInt(faker, scaled(course.prompts, habits.verbosity), 1)),
    steps: () => drawInt(faker, course.steps),
    toolsOfStep: () => drawInt(faker, course.tools_of_step, 1),
    // A person's own pace in this session; nobody waits for a script.
    gapMs: headless ? [5, 200] : [Math.ceil(gapMs / 4), Math.max(Math.ceil(gapMs / 4), gapMs * 3)],
    requestMs: () => drawInt(faker, request.milliseconds, 150),
    tokens: conversation(faker, work),
    free: () => false,
    failures: (nowMs) => {
      const likely = inBurst(nowMs) ? errors.failed_in_burst : errors.failed_otherwise
      let failures = 0
      while (failures < MOST_FAILURES && faker.datatype.boolean(likely)) failures += 1
      return failures
    },
    toolMs: () => drawInt(faker, course.tool_ms, 1),
    resultBytes: () => drawInt(faker, course.result_bytes),
    addedLines: () => drawInt(faker, course.added_lines, 1),
    removedLines: () => drawInt(faker, course.removed_lines, 1),
    // A person who waits, or is away, is not active; the client is while it works.
    activeMs: (who, passedMs) =>
      Math.round(who === 'cli' ? passedMs : Math.min(passedMs, drawInt(faker, TYPING_MS, 200))),
    decidesAfterAnswer: true,
    subagents: course.subagents,
    tools: habits.tools,
  }
}

interface Context {
  tokens: number
  lastMs: number
}

/** What was said is read from the cache, what is new is written to it; after a rest everything is new. A sub-agent has a conversation of its own. */
function conversation(faker: Faker, { preset: { request }, longContext }: Work): Shape['tokens'] {
  const contexts = new Map<string, Context>()
  const most = request.most_tokens * (longContext ? LONG_CONTEXT : 1)
  return ({ querySource, nowMs }: Request): Tokens => {
    const context = contexts.get(querySource) ?? { tokens: request.first_tokens, lastMs: Number.NEGATIVE_INFINITY }
    contexts.set(querySource, context)
    const added = Math.min(drawInt(faker, request.added_tokens, 1), most)
    if (context.tokens + added > most) context.tokens = Math.min(Math.ceil(most * COMPACTED), most - added)
    const output = drawInt(faker, request.output_tokens, 1)
    const rested = nowMs - context.lastMs > request.cache_seconds * 1000
    const tokens: Tokens = {
      input: drawInt(faker, request.input_tokens, 1),
      output,
      cacheRead: rested ? 0 : context.tokens,
      cacheCreation: rested ? context.tokens + added : added,
    }
    context.tokens += added + output
    context.lastMs = nowMs
    return tokens
  }
}
