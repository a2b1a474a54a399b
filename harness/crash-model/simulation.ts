// One life of a directory: buffers offer, deliver, restart and are killed on a recorded disk, in an order that a seed draws.
import { sleep } from '../../core/clock.ts'
import type { Disk } from '../../stack/client/buffer/disk.ts'
import { OtlpBuffer } from '../../stack/client/buffer/otlp-buffer.ts'
import { Sanitizer } from '../../stack/client/sanitizer/sanitizer.ts'
import { type BackendMode, madeUpBackend } from './backend.ts'
import { CrashDisk, type CrashProcess, type Files } from './crash-disk.ts'
import { settled, Turns } from './interleaving.ts'
import type { Obligations } from './obligations.ts'
import type { Nature, Requests } from './requests.ts'

export interface LifeOptions {
  readonly draw: (below: number) => number
  readonly requests: Requests
  readonly account: Obligations
  /** What is on the disk at its beginning. */
  readonly base: Files
  /** Requests that are offered. */
  readonly offers: number
  readonly seesOthers: boolean
  /** Whether operations of the disk fail now and then. */
  readonly failing: boolean
  /** A sabotage: what a buffer gets in place of its disk. */
  readonly disk?: (disk: Disk) => Disk
  /** A sabotage: what a backend that is up does. */
  readonly whenUp?: BackendMode
}

interface Running {
  readonly number: number
  readonly process: CrashProcess
  buffer: OtlpBuffer | undefined
  closing: boolean
  ended: boolean
  /** Files that wait, when last looked at. */
  files: number
}

const sanitizer = new Sanitizer()
const DIRECTORY = '/crash/buffer'
const MAX_STEPS = 1_500
/** After the last offer, so that deliveries come to an end. */
const LAST_STEPS = 100
/** At the same time. */
const MAX_PROCESSES = 3

/** Lives it; the disk holds the record. */
export async function live(options: LifeOptions): Promise<CrashDisk> {
  const life = new Life(options)
  await life.run()
  return life.disk
}

class Life {
  readonly disk: CrashDisk
  readonly #options: LifeOptions
  readonly #turns = new Turns()
  readonly #running: Running[] = []
  readonly #ending: Promise<unknown>[] = []
  #mode: BackendMode = 'down'
  #offersLeft: number
  #processes = 0

  constructor(options: LifeOptions) {
    this.#options = options
    this.#offersLeft = options.offers
    this.disk = new CrashDisk(DIRECTORY, options.base)
  }

  async run(): Promise<void> {
    const { draw } = this.#options
    this.#start()
    for (let step = 0, after = 0; step < MAX_STEPS && after < LAST_STEPS; step += 1) {
      if (this.#offersLeft === 0) after += 1
      // Half of all lives end in order.
      if (after === LAST_STEPS / 2 && draw(2) === 0) for (const running of this.#running) this.#close(running)
      await this.#quiet()
      const [running] = this.#running
      if (draw(120) === 0 && running) await this.#kill(this.#running[draw(this.#running.length)] ?? running)
      else if (draw(50) === 0) this.#close(this.#running[draw(this.#running.length)])
      if (
        (this.#running.length === 0 && this.#offersLeft > 0) ||
        (this.#running.length < MAX_PROCESSES && draw(20) === 0)
      )
        this.#start()
      if (draw(25) === 0) this.#mode = (['up', 'up', 'down', 'deaf'] as const)[draw(4)] ?? 'down'
      if (draw(10) === 0 || this.#turns.waiting.length === 0) this.#offerSome()
      await settled()
      await this.#turns.give(this.#drawTurn())
    }
    for (const running of [...this.#running]) await this.#kill(running)
    await Promise.all(this.#ending)
  }

  /** Attempts while nobody is there come seldom, or a life would be full of them. */
  #drawTurn(): number {
    const { draw } = this.#options
    const { waiting } = this.#turns
    const index = draw(waiting.length)
    const again = this.#mode === 'down' && waiting[index]?.what === 'send' && draw(5) > 0
    return again ? draw(waiting.length) : index
  }

  #start(): void {
    const { draw, seesOthers, requests, account, disk: sabotage = (disk: Disk) => disk, whenUp = 'up' } = this.#options
    const number = this.#processes
    this.#processes += 1
    const process = this.disk.process({ turn: (what) => this.#diskTurn(number, what), seesOthers })
    const running: Running = { number, process, buffer: undefined, closing: false, ended: false, files: 0 }
    this.#running.push(running)
    const note = (kind: 'taken' | 'refused') => (request: { readonly id: number }) =>
      account.note(kind, request.id, this.disk.operations.length)
    const opening = OtlpBuffer.open({
      directory: DIRECTORY,
      disk: sabotage(process.disk),
      transport: madeUpBackend({
        requests,
        mode: () => (this.#mode === 'up' ? whenUp : this.#mode),
        turn: () => this.#turns.take(number, 'send'),
        taken: note('taken'),
        refused: note('refused'),
      }),
      // No time passes: every wait is a turn that is drawn.
      retryBaseMs: 0,
      parkedRetryMs: 0,
      answerWithinMs: 60_000,
      segmentBytes: 300 + draw(1_500),
      // The requests hold nothing private. What a process without a policy has left is written anew by one with it.
      sanitizer: draw(2) === 0 ? sanitizer : undefined,
      concurrency: 1 + draw(3),
      log: () => {},
    })
    this.#ending.push(
      opening.then(
        (buffer) => {
          running.buffer = buffer
          if (running.ended) return buffer[Symbol.asyncDispose]()
          return undefined
        },
        // The disk failed it.
        () => (running.ended ? undefined : this.#end(running, 0)),
      ),
    )
  }

  async #diskTurn(process: number, what: string): Promise<void> {
    await this.#turns.take(process, what)
    const { failing, draw } = this.#options
    // A buffer does not insist on the sync of the directory above: it may not be allowed to open that one.
    if (failing && what !== 'syncParent' && draw(20) === 0) throw new Error(`EIO: made up, at ${what}`)
  }

  #offerSome(): void {
    const { draw } = this.#options
    const able = this.#running.filter(({ buffer, closing }) => buffer && !closing)
    const running = able[draw(Math.max(1, able.length))]
    if (!running) return
    for (let count = 1 + draw(4); count > 0 && this.#offersLeft > 0; count -= 1) {
      this.#offersLeft -= 1
      this.#offer(running)
    }
  }

  #offer(running: Running): void {
    const { draw, requests, account, failing } = this.#options
    const natures: Nature[] = ['plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'poison', 'partly', 'ill']
    const request = requests.make(natures[draw(natures.length)] ?? 'plain')
    const note = (kind: 'offered' | 'acknowledged' | 'copied') =>
      account.note(kind, request.id, this.disk.operations.length)
    note('offered')
    void running.buffer?.offer(request.message).then((outcome) => {
      if (running.ended) return
      if (outcome.kind === 'parked' || outcome.kind === 'delivered') note('acknowledged')
      const copied =
        outcome.kind === 'delivered' ? outcome.rejected > 0 : outcome.kind === 'refused' && outcome.permanent
      // Where the disk fails there may be none, which is said in the log.
      if (copied && !failing) note('copied')
    })
  }

  #close(running: Running | undefined): void {
    if (!running?.buffer || running.closing) return
    running.closing = true
    this.#ending.push(
      running.buffer[Symbol.asyncDispose]().then(async () => {
        if (!running.ended) await this.#end(running, 0)
      }),
    )
  }

  /** SIGKILL: of an append that is under way a part may be written. */
  async #kill(running: Running): Promise<void> {
    await this.#end(running, this.#options.draw(1_000) / 1_000)
    if (running.buffer && !running.closing) this.#ending.push(running.buffer[Symbol.asyncDispose]())
  }

  async #end(running: Running, share: number): Promise<void> {
    running.ended = true
    running.process.end(share)
    this.#running.splice(this.#running.indexOf(running), 1)
    await this.#turns.end(running.number)
  }

  /** A buffer that looks every millisecond whether its journal is done has looked: real time must not decide what is drawn. */
  async #quiet(): Promise<void> {
    await settled()
    for (const running of this.#running) {
      const { parked, mode } = running.buffer?.status ?? { parked: { files: 0 }, mode: 'live' }
      const turns = () => this.#turns.waiting.filter(({ process }) => process === running.number)
      const began = parked.files > 0 && running.files === 0
      for (let waits = 0; waits < 3; waits += 1) {
        const delivers = turns().some(({ what }) => what === 'read' || what === 'send')
        if (mode === 'live' || delivers || (turns().length > 0 && !began)) break
        await sleep(1)
        await settled()
      }
      running.files = parked.files
    }
  }
}
