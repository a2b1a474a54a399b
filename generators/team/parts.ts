// The sessions of a preset as parts of a dataset, made in as many threads as wanted: the same bytes in the same order, whatever their number.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Shard } from '../bulk/load-threads.ts'
import type { Part } from '../sessions/dataset.ts'
import { sessionPart } from '../sessions/dataset.ts'
import { type Plan, planSessions } from './plan.ts'
import type { Preset } from './preset.ts'
import { type TeamOptions, teamPlayer } from './team-session.ts'

/** Sessions that a thread gets at once. */
const CHUNK = 8
/** Chunks that a thread has at once: while one is on its way, the next is worked on. */
const AHEAD = 2

/** The shard's sessions: one after the other, the shards are the whole, to the byte. */
export function plansOf(options: TeamOptions & { readonly startMs: number; readonly shard?: Shard }): readonly Plan[] {
  const all = [...planSessions(options)]
  const { number, of } = options.shard ?? { number: 1, of: 1 }
  return all.slice(Math.floor(((number - 1) * all.length) / of), Math.floor((number * all.length) / of))
}

/** Whether there is an end to it. */
export function isBounded({ days, sessions }: Preset): boolean {
  return days !== undefined || sessions.most !== undefined
}

/** @param workers threads beside this one, which hears signals meanwhile; with 0 it makes all of it by itself */
export async function* teamParts(options: TeamOptions, plans: readonly Plan[], workers = 0): AsyncGenerator<Part> {
  const worker = new URL('./part-worker.ts', import.meta.url)
  if (workers > 0) return yield* inThreads<Part>({ worker, data: options, plans, workers })
  const play = teamPlayer(options)
  for (const plan of plans) yield sessionPart(play(plan))
}

export interface Threads {
  /** A module that answers each message, which is a chunk of plans, with one message. */
  readonly worker: URL
  /** What each thread is started with. */
  readonly data: unknown
  readonly plans: readonly Plan[]
  readonly workers: number
}

/** What the threads answer, in the order of the plans. */
export async function* inThreads<T>({ worker, data, plans, workers }: Threads): AsyncGenerator<T> {
  const threads = Array.from({ length: workers }, () => new Worker(worker, { workerData: data }))
  try {
    const chunks = Array.from({ length: Math.ceil(plans.length / CHUNK) }, (_, index) =>
      plans.slice(index * CHUNK, (index + 1) * CHUNK),
    )
    const thread = (index: number) => {
      const found = threads[index % workers]
      if (found === undefined) throw new Error('a thread is missing')
      return found
    }
    const ask = (index: number) => {
      const chunk = chunks[index]
      if (chunk !== undefined) thread(index).postMessage(chunk)
    }
    // A thread answers in the order in which it was asked, so the next answer of the next thread is the next chunk.
    for (let index = 0; index < workers * AHEAD; index += 1) ask(index)
    const answers = threads.map((each) => new Answers<T>(each))
    for (let index = 0; index < chunks.length; index += 1) {
      yield await (answers[index % workers] as Answers<T>).next()
      ask(index + workers * AHEAD)
    }
  } finally {
    await Promise.all(threads.map((each) => each.terminate()))
  }
}

/** What a thread answers, in order. */
class Answers<T> {
  readonly #got: T[] = []
  readonly #thread: Worker
  #failure: unknown

  constructor(thread: Worker) {
    this.#thread = thread
    thread.on('message', (part: T) => void this.#got.push(part))
    thread.on('error', (error) => {
      this.#failure = error
    })
  }

  async next(): Promise<T> {
    for (;;) {
      const part = this.#got.shift()
      if (part !== undefined) return part
      if (this.#failure !== undefined) throw this.#failure
      // Rejects with the error of the thread, if that comes instead.
      await once(this.#thread, 'message')
    }
  }
}
