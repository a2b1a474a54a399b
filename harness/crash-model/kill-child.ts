// Offers requests to a buffer until it is killed, and tells each thing that happens, on its standard output, before it goes on.
// Arguments: directory, seed, its own name, and `early` for a sabotage: it acknowledges what is not written yet.
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { forkSeed } from '../../core/random.ts'
import { OtlpBuffer } from '../../stack/client/buffer/otlp-buffer.ts'
import type { Transport } from '../../stack/client/transport/transport.ts'
import { isPoison, killRequest, namesIn, told } from './kill-requests.ts'
import { drawFrom } from './prng.ts'

// The next child starts faster; this one will not come to its end, where the cache is written else.
flushCompileCache()

const [directory = '', seedText = '', child = '', sabotage] = process.argv.slice(2)
const seed = Number(seedText)
const draw = drawFrom(forkSeed(seed, `child/${child}`))

/** A pipe takes it at once and whole: what is written outlives this process. */
function tell(what: keyof typeof told, name: string): void {
  writeSync(1, `${told[what]}${name}\n`)
}

let up = draw(2) === 0

const transport: Transport = {
  name: 'a flapping backend',
  async send({ body }) {
    for (let turns = draw(4); turns > 0; turns -= 1) await nextTurn()
    if (draw(12) === 0) up = !up
    if (!up) return { kind: 'retryable', code: 'UNAVAILABLE', message: 'away' }
    const { names } = namesIn(seed, body.toString())
    const poison = names.filter((name) => isPoison(seed, name))
    if (poison.length > 0) {
      if (names.length === 1) for (const name of poison) tell('refused', name)
      return { kind: 'rejected', code: 'INVALID_ARGUMENT', message: 'poison' }
    }
    for (const name of names) tell('taken', name)
    return { kind: 'accepted' }
  },
  async [Symbol.asyncDispose]() {},
}

tell('opening', child)
const buffer = await OtlpBuffer.open({
  directory,
  transport,
  log: () => {},
  segmentBytes: 2_000 + draw(6_000),
  retryBaseMs: 1,
  parkedRetryMs: 3,
  answerWithinMs: 1 + draw(20),
})

/** Several at a time, so that they share syncs. */
async function offerAll(lane: number): Promise<never> {
  for (let number = lane; ; number += 3) {
    const name = `${child}-${number}`
    tell('offered', name)
    if (sabotage === 'early') tell('acknowledged', name)
    const outcome = await buffer.offer(killRequest(seed, name))
    if (outcome.kind === 'parked' || outcome.kind === 'delivered') tell('acknowledged', name)
    // Deliveries come between.
    await nextTurn()
  }
}

await Promise.all([0, 1, 2].map(offerAll))
