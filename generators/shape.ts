// How much of everything a session has: the numbers behind its course, its requests and its tools.
import type { Faker } from '@faker-js/faker'

export interface Tokens {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheCreation: number
}

export interface Request {
  readonly model: string
  /** As events call it: `sdk`, `repl_main_thread`, `agent:…`, `compact` … */
  readonly querySource: string
  /** Milliseconds since the epoch. */
  readonly nowMs: number
}

/** Every draw is made when it is asked for: a shape may remember what came before. */
export interface Shape {
  prompts(): number
  /** Requests before the last one of a prompt, each of which asks for tools. */
  steps(): number
  toolsOfStep(): number
  /** Milliseconds until a person writes the next prompt, from and to. */
  readonly gapMs: readonly [min: number, max: number]
  requestMs(): number
  tokens(request: Request): Tokens
  /** Whether nothing is charged for a request. */
  free(): boolean
  /** Attempts that fail before a request succeeds. */
  failures(nowMs: number): number
  toolMs(): number
  resultBytes(): number
  addedLines(): number
  removedLines(): number
  /** Of the milliseconds that have passed, those in which a person or the client was active. */
  activeMs(who: 'user' | 'cli', passedMs: number): number
  /** Whether tools are decided on when the model has answered; else at the beginning of its request, as if it had already. */
  readonly decidesAfterAnswer: boolean
  /** How likely a sub-agent is started in a step. */
  readonly subagents: number
  /** How much likelier a tool is than usual, by its name; 1 where it is not named. */
  readonly tools: Readonly<Record<string, number>>
}

/** Everything is as likely as anything else within small limits: short sessions that have all there is, for suites. */
export function uniformShape(faker: Faker): Shape {
  const int = (min: number, max: number) => faker.number.int({ min, max })
  return {
    prompts: () => int(1, 4),
    steps: () => int(0, 4),
    toolsOfStep: () => int(1, 3),
    gapMs: [1000, 20_000],
    requestMs: () => int(400, 9000),
    tokens: () => ({
      input: int(3, 4000),
      output: int(1, 1500),
      cacheRead: int(0, 120_000),
      cacheCreation: int(0, 3000),
    }),
    free: () => faker.datatype.boolean(0.05),
    failures: () => 0,
    toolMs: () => int(2, 4000),
    resultBytes: () => int(0, 60_000),
    addedLines: () => int(1, 40),
    removedLines: () => int(1, 20),
    activeMs: (who) => int(200, who === 'user' ? 9000 : 30_000),
    decidesAfterAnswer: false,
    subagents: 0,
    tools: {},
  }
}
