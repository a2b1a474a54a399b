// What `status` and the doctor say while services die and come back, held against what answers before and after they are asked.
import { z } from 'zod'
import { until } from '../../core/poll.ts'
import type { Shown } from './commands.ts'

const LOOK_MS = 120_000

export type Command = (name: string, ...words: string[]) => Promise<Shown>

/** A service of the stack, as the one who kills it knows it. */
export interface Watched {
  readonly name: string
  /** Answers 2xx while it is well. */
  readonly probe: string
  /** How often it has been killed; told before the kill. */
  kills: number
}

export interface Testimony {
  /** How often a service was down all the while that a command looked, and how often it was up. */
  readonly down: Readonly<Record<string, number>>
  readonly up: Readonly<Record<string, number>>
  /** What a command said otherwise. */
  readonly untrue: readonly string[]
}

const statusSchema = z.object({
  healthy: z.boolean(),
  services: z.array(z.object({ name: z.string(), healthy: z.boolean() })),
})
const doctorSchema = z.object({
  findings: z.array(z.object({ check: z.string(), verdict: z.string(), message: z.string() })),
})

/** The services that a command calls bad, and whether it calls the whole well. */
type Said = (stdout: string) => { readonly bad: (name: string) => boolean; readonly well: boolean }

const COMMANDS: readonly (readonly [words: readonly string[], said: Said])[] = [
  [
    ['stack', 'status', '--json'],
    (stdout) => {
      const { healthy, services } = statusSchema.parse(JSON.parse(stdout))
      return { bad: (name) => services.some((each) => each.name === name && !each.healthy), well: healthy }
    },
  ],
  [
    ['doctor', '--json'],
    (stdout) => {
      const bad = doctorSchema.parse(JSON.parse(stdout)).findings.filter(({ verdict }) => verdict === 'bad')
      const ofService = (name: string) => (message: string) =>
        (name === 'relay' ? /^the relay does not answer/ : new RegExp(`^${name} does not answer`)).test(message)
      return { bad: (name) => bad.map(({ message }) => message).some(ofService(name)), well: bad.length === 0 }
    },
  ],
]

export class Witness {
  readonly #services: readonly Watched[]
  readonly #command: Command
  readonly #down = new Map<string, number>()
  readonly #up = new Map<string, number>()
  readonly #untrue: string[] = []
  #asked = 0

  constructor(services: readonly Watched[], command: Command) {
    this.#services = services
    this.#command = command
  }

  /** Asks both in turn until it is over, and once more. */
  async watch(over: () => boolean): Promise<Testimony> {
    for (let last = false; !last; ) {
      last = over()
      for (const [words, said] of COMMANDS) await this.#ask(words, said)
    }
    return { down: Object.fromEntries(this.#down), up: Object.fromEntries(this.#up), untrue: this.#untrue }
  }

  /** Whether a command has looked at this service while it was down all the while, and at one that was up. */
  saw(name: string): { readonly down: boolean; readonly up: boolean } {
    return { down: this.#down.has(name), up: this.#up.has(name) }
  }

  /** Resolves when a command has been asked from beginning to end. */
  async look(): Promise<void> {
    const before = this.#asked
    await until('a look at it', async () => this.#asked > before + 1, { timeoutMs: LOOK_MS })
  }

  /** Between two kills a service that answers goes on, so two equal looks hold for the time between them. */
  async #ask(words: readonly string[], said: Said): Promise<void> {
    const before = await this.#answers()
    const [name = '', ...rest] = words
    const { stdout, code } = await this.#command(name, ...rest)
    const after = await this.#answers()
    this.#asked += 1
    const { bad, well } = said(stdout)
    for (const [index, { name, kills, answers }] of before.entries()) {
      const then = after[index]
      if (then?.answers !== answers || then.kills !== kills || this.#services[index]?.kills !== kills) continue
      const counts = answers ? this.#up : this.#down
      counts.set(name, (counts.get(name) ?? 0) + 1)
      if (bad(name) === answers)
        this.#untrue.push(`${words.join(' ')}: ${name} ${answers ? 'answered' : 'did not answer'}: ${stdout}`)
      if (!answers && (well || code === 0)) this.#untrue.push(`${words.join(' ')}: all is well without ${name}`)
    }
  }

  #answers() {
    return Promise.all(
      this.#services.map(async ({ name, probe, kills }) => ({
        name,
        kills,
        answers: (await fetch(probe, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined))?.ok === true,
      })),
    )
  }
}
