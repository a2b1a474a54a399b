// The ledger: what was offered and how it was answered, written down while it happens.
import { createHash } from 'node:crypto'
import { monotonicMs } from '../../core/clock.ts'
import type { Batch, Emitter, ExpectedRecord, StoredText } from '../../generators/batch.ts'
import type { ExpectedRecordText, Offered, Sent } from '../judge/model/evidence.ts'
import { eventIdentity, eventTypeOf, pointIdentity } from '../judge/model/identity.ts'

export class Ledger {
  readonly #salt: string
  readonly #offered: Offered[] = []
  readonly #sent: Sent[] = []
  readonly #sessions = new Set<string>()
  readonly #planted = new Set<string>()
  readonly #mustBeStored = new Set<string>()
  #orphans = 0

  /** @param salt the salt of the stack that the records go to */
  constructor(salt: string) {
    this.#salt = salt
  }

  get offered(): readonly Offered[] {
    return this.#offered
  }

  get sent(): readonly Sent[] {
    return this.#sent
  }

  get sessions(): readonly string[] {
    return [...this.#sessions]
  }

  get planted(): readonly string[] {
    return [...this.#planted]
  }

  /** Records without a session. */
  get orphans(): number {
    return this.#orphans
  }

  /** How many different events and data points must be stored by now. */
  get mustBeStored(): number {
    return this.#mustBeStored.size
  }

  /** Private texts that must be in no table from now on. */
  plant(texts: readonly string[]): void {
    for (const text of texts) this.#planted.add(text)
  }

  /** Sends one batch and writes down what came of it. */
  async offer(emitter: Emitter, batch: Batch): Promise<Sent> {
    const startMs = monotonicMs()
    const answer = await emitter.send(batch)
    const sent = { signal: batch.signal, records: batch.expected.length, answer, ackMs: monotonicMs() - startMs }
    this.#sent.push(sent)
    for (const expected of batch.expected) {
      const record = this.#render(expected)
      const session = record.attributes['session.id'] ?? record.resource['session.id']
      if (session === undefined) this.#orphans += 1
      else this.#sessions.add(session)
      this.#offered.push({ record, answer: answer.kind })
      if (answer.kind === 'accepted' && record.fate === 'store') this.#mustBeStored.add(identityOf(record))
    }
    return sent
  }

  #render(expected: ExpectedRecord): ExpectedRecordText {
    const resource = this.#texts(expected.resource)
    const attributes = this.#texts(expected.attributes)
    return expected.signal === 'logs'
      ? { ...expected, body: this.#text(expected.body), resource, attributes }
      : { ...expected, resource, attributes }
  }

  #texts(map: Readonly<Record<string, StoredText>>): Record<string, string> {
    return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, this.#text(value)]))
  }

  #text(value: StoredText): string {
    return storedText(value, this.#salt)
  }
}

/** A text as it must stand in the table: an identity as the salted hash in its place. */
export function storedText(value: StoredText, salt: string): string {
  if (typeof value === 'string') return value
  const hash = createHash('sha256').update(salt + value.hashOf)
  return `sha256:${hash.digest('hex')}`
}

function identityOf(record: ExpectedRecordText): string {
  return record.signal === 'logs' ? eventIdentity(record, eventTypeOf(record)) : pointIdentity(record)
}
