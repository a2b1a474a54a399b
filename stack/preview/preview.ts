// What would be stored of a session that the client has kept: its events, as the policy at the client's end leaves them.
import { randomBytes } from 'node:crypto'
import { MachineError } from '../../core/errors.ts'
import type { AnyValue, KeyValue, LogsRequest } from '../../core/otlp/otlp.ts'
import { jsonMessage } from '../client/export-request.ts'
import { Sanitizer } from '../client/sanitizer/sanitizer.ts'
import type { Policy } from '../policy/policy.ts'
import { type ClientRecord, ClientRecords, type ClientValue, type Switch } from './client-records.ts'
import { linesOf } from './lines.ts'
import { Replaced } from './replaced.ts'
import { readLine, type TranscriptLine } from './transcript.ts'

export interface PreviewOptions {
  readonly file: string
  /** Only messages of this session. */
  readonly session: string | undefined
  /** Whether the client's switches are on; they are off by default. */
  readonly switchesOn: boolean
  /** That whose compiled form stands at the client's end. */
  readonly policy: Policy
  readonly namesFile: string | undefined
  readonly shown: (record: Previewed) => void
}

/** A record as it would be stored, or by which patterns of paths it would be left out. */
export type Previewed =
  | { readonly event: string; readonly attributes: Readonly<Record<string, string | number>> }
  | { readonly event: string; readonly leftOutBy: readonly string[] }

export interface Tally {
  readonly lines: { read: number; other: number; noJson: number; tooLong: number; isCutOff: boolean }
  readonly records: { sent: number; stored: number; leftOut: number }
  /** Records left out by a pattern of paths; values in which a rule has replaced something. */
  readonly leftOut: Record<string, number>
  readonly replaced: Record<string, number>
  /** How many records have a value that is sent only with a switch. */
  readonly switches: Readonly<Record<Switch, Record<string, number>>>
}

/** What stands in the place of a text whose switch is off; all others are not sent at all. */
const WITHHELD = '<REDACTED>'
const SHOWN_WITHHELD = ['prompt', 'response']

/** Sends nothing, writes nothing. @throws MachineError when the file is no transcript or cannot be read */
export async function preview(options: PreviewOptions): Promise<Tally> {
  const session = new Session(options)
  for await (const { text, isWhole } of linesOf(options.file)) session.line(text, isWhole)
  session.end()
  return session.tally
}

class Session {
  readonly tally: Tally = {
    lines: { read: 0, other: 0, noJson: 0, tooLong: 0, isCutOff: false },
    records: { sent: 0, stored: 0, leftOut: 0 },
    leftOut: {},
    replaced: {},
    switches: { OTEL_LOG_USER_PROMPTS: {}, OTEL_LOG_ASSISTANT_RESPONSES: {}, OTEL_LOG_TOOL_DETAILS: {} },
  }
  readonly #options: PreviewOptions
  readonly #records = new ClientRecords()
  readonly #sanitizer: Sanitizer
  readonly #replaced: Replaced
  #messages = 0

  constructor(options: PreviewOptions) {
    const { policy, namesFile } = options
    this.#options = options
    // Nobody knows the salt, so nobody can tell what was hashed.
    this.#sanitizer = new Sanitizer({ salt: randomBytes(16).toString('hex'), namesFile })
    this.#replaced = new Replaced(policy, namesFile)
  }

  line(text: string | undefined, isWhole: boolean): void {
    const { lines } = this.tally
    lines.read += 1
    if (text === undefined) {
      lines.tooLong += 1
      return
    }
    try {
      const line = readLine(text)
      if (line === undefined || !this.#isWanted(line)) lines.other += 1
      else {
        const records = this.#records.of(line)
        this.#messages += 1
        for (const record of records) this.#send(record)
      }
    } catch (error) {
      // A RangeError: values nested deeper than can be written again.
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error
      if (isWhole) lines.noJson += 1
      else lines.isCutOff = true
    }
  }

  end(): void {
    const { file, session } = this.#options
    for (const record of this.#records.end()) this.#send(record)
    if (this.#messages > 0) return
    const what = session === undefined ? 'a message' : `a message of session ${session}`
    throw new MachineError(`${file} is no transcript: none of its ${this.tally.lines.read} lines is ${what}`)
  }

  #isWanted({ sessionId }: TranscriptLine): boolean {
    return this.#options.session === undefined || sessionId === this.#options.session
  }

  #send({ event, values }: ClientRecord): void {
    const { records, leftOut } = this.tally
    for (const { key, needs } of values) if (needs) add(this.tally.switches[needs], key)
    const sent = values.flatMap((value) => this.#sent(value))
    records.sent += 1
    const stored = this.#stored(event, sent)
    if (stored === undefined) {
      records.leftOut += 1
      const patterns = this.#replaced.leftOutBy(sent.map(({ value }) => String(plainOf(value))))
      for (const pattern of patterns) add(leftOut, pattern)
      this.#options.shown({ event, leftOutBy: patterns })
      return
    }
    records.stored += 1
    this.#note(sent, stored)
    const attributes = stored.map(({ key, value }) => [key, withoutHash(plainOf(value))] as const)
    this.#options.shown({ event, attributes: Object.fromEntries(attributes) })
  }

  /** What the client makes of a value with its switches as they are. */
  #sent({ key, value, needs }: ClientValue): KeyValue[] {
    if (needs === undefined || this.#options.switchesOn) return [{ key, value }]
    return SHOWN_WITHHELD.includes(key) ? [{ key, value: { stringValue: WITHHELD } }] : []
  }

  /** What the client's end sends on; undefined when it leaves the record out. */
  #stored(event: string, attributes: readonly KeyValue[]): readonly KeyValue[] | undefined {
    const logRecords = [{ body: { stringValue: `claude_code.${event}` }, attributes }]
    const request: LogsRequest = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }
    const message = this.#sanitizer.request(jsonMessage('logs', Buffer.from(JSON.stringify(request))))
    if (message === undefined) return undefined
    const left = JSON.parse(message.body.toString()) as LogsRequest
    return left.resourceLogs[0]?.scopeLogs?.[0]?.logRecords?.[0]?.attributes ?? []
  }

  #note(sent: readonly KeyValue[], stored: readonly KeyValue[]): void {
    for (const [index, { key, value }] of sent.entries()) {
      const [before, after] = [value, stored[index]?.value ?? value].map(plainOf)
      if (before === after) continue
      for (const rule of this.#replaced.by(key, String(before), String(after))) add(this.tally.replaced, rule)
    }
  }
}

/** The client's records hold texts and whole numbers only. */
function plainOf(value: AnyValue): string | number {
  if ('intValue' in value) return Number(value.intValue)
  return 'stringValue' in value ? value.stringValue : ''
}

function withoutHash(value: string | number): string | number {
  return typeof value === 'string' ? value.replace(/^sha256:[0-9a-f]{64}$/, 'sha256:…') : value
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
