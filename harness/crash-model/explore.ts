// Explores the states that crashes may leave of the buffer's directory, and whether the real buffer finds there what it owes.
import { hash } from 'node:crypto'
import { monotonicMs } from '../../core/clock.ts'
import { forkSeed } from '../../core/random.ts'
import type { Files } from './crash-disk.ts'
import { type CrashState, drawnCuts } from './crash-states.ts'
import type { Explored, ExploreOptions } from './explore-options.ts'
import { judgeState } from './judge-state.ts'
import { Obligations } from './obligations.ts'
import { drawFrom } from './prng.ts'
import { type Recovered, recover } from './recover.ts'
import { Requests } from './requests.ts'
import { pick, statesOf } from './sample-states.ts'
import { live } from './simulation.ts'

/** Recoveries at the same time: each waits for its own timers. */
const AT_ONCE = 256
const RECOVERY_LIMIT_MS = 30_000
const MAX_EXAMPLES = 20
/** One life of eight is explored byte by byte; the others more coarsely, so that many lives are seen. */
const THOROUGH_EVERY = 8

/** Lives one life after the other, each on a new disk or on what a crash has left of the one before. */
export async function exploreCrashStates(options: ExploreOptions): Promise<Explored> {
  const exploration = new Exploration(options)
  await exploration.run()
  return exploration.result()
}

class Exploration {
  readonly #options: ExploreOptions
  readonly #startMs = monotonicMs()
  readonly #lost: string[] = []
  readonly #invented: string[] = []
  #counts = { states: 0, crashes: 0, lives: 0, operations: 0, hung: 0 }

  constructor(options: ExploreOptions) {
    this.#options = options
  }

  result(): Explored {
    const seconds = (monotonicMs() - this.#startMs) / 1_000
    return { ...this.#counts, lost: this.#lost, invented: this.#invented, seconds }
  }

  get #isSpent(): boolean {
    const {
      states = Number.POSITIVE_INFINITY,
      ms = Number.POSITIVE_INFINITY,
      findings = MAX_EXAMPLES,
    } = this.#options.budget
    if (this.#lost.length + this.#invented.length >= findings) return true
    return this.#counts.states >= states || monotonicMs() - this.#startMs >= ms
  }

  async run(): Promise<void> {
    for (let chain = 0; !this.#isSpent; chain += 1) {
      const draw = drawFrom(forkSeed(this.#options.seed, `crash-states/${chain}`))
      const requests = new Requests(draw)
      const { disk, backend: whenUp, seesOthers } = this.#options.sabotage ?? {}
      let account = new Obligations()
      let base: Files = new Map()
      for (let life = 0; life <= draw(3) && !this.#isSpent; life += 1) {
        const { operations } = await live({
          draw,
          requests,
          account,
          base,
          offers: 10 + draw(40),
          seesOthers: draw(3) > 0 && seesOthers !== false,
          failing: draw(4) === 0,
          ...(disk ? { disk } : {}),
          ...(whenUp ? { whenUp } : {}),
        })
        const recorded = { base, operations }
        const isThorough = this.#counts.lives % THOROUGH_EVERY === THOROUGH_EVERY - 1
        this.#counts.lives += 1
        this.#counts.operations += operations.length
        await this.#judgeAll(statesOf(recorded, draw, isThorough), account, requests)
        const left = pick([...drawnCuts(recorded, draw, 1)], draw)
        if (left === undefined) break
        base = left.files
        account = account.after(left.at)
      }
    }
  }

  /** States that were seen in this life are recovered from once, and judged for each moment. */
  async #judgeAll(states: Iterable<CrashState>, account: Obligations, requests: Requests): Promise<void> {
    const known = new Map<string, Promise<Recovered | undefined>>()
    let batch: CrashState[] = []
    for (const state of states) {
      batch.push(state)
      if (batch.length < AT_ONCE) continue
      await this.#judge(batch, known, account, requests)
      batch = []
      if (this.#isSpent) return
    }
    await this.#judge(batch, known, account, requests)
  }

  async #judge(
    batch: readonly CrashState[],
    known: Map<string, Promise<Recovered | undefined>>,
    account: Obligations,
    requests: Requests,
  ): Promise<void> {
    const limit = AbortSignal.timeout(RECOVERY_LIMIT_MS)
    const { recoveryDisk } = this.#options.sabotage ?? {}
    const recoveries = batch.map((state) => {
      const key = keyOf(state.files)
      const recovery = known.get(key) ?? recover(state.files, requests, limit, recoveryDisk)
      if (!known.has(key)) this.#counts.states += 1
      known.set(key, recovery)
      return recovery
    })
    for (const [index, recovered] of (await Promise.all(recoveries)).entries()) {
      const state = batch[index]
      if (state === undefined) continue
      this.#counts.crashes += 1
      if (recovered === undefined) this.#counts.hung += 1
      else this.#note(judgeState(state, recovered, account, requests))
    }
    this.#options.onProgress?.(this.#counts)
  }

  #note({ lost, invented }: ReturnType<typeof judgeState>): void {
    this.#lost.push(...lost.slice(0, MAX_EXAMPLES - this.#lost.length))
    this.#invented.push(...invented.slice(0, MAX_EXAMPLES - this.#invented.length))
  }
}

function keyOf(files: Files): string {
  return [...files]
    .map(([name, content]) => `${name} ${hash('sha1', content, 'base64')}`)
    .sort()
    .join('\n')
}
