// Copies of a block: the same session again, some weeks later and with ids of its own, for datasets that are larger than what can be played.
import type { SentLog, SentPoint } from '../judge/catalogue/sent.ts'
import type { Block, Holding, Lines, Sent } from './block.ts'

const DAY_MS = 86_400_000
/** What tells a copy from others, at the end of its ids. */
const MARK_LENGTH = 12
const SECONDS = 10
const DATE = 10

/** Values of attributes and of the columns made of them, in rows and in OTLP; a quote inside a text has a backslash before it. */
const IDS =
  /"(?:session[._]id|prompt[._]id|tool_use_id|request_id|client_request_id|message\.uuid)"(?:,"value":\{"stringValue")?:"([^"\\]{12,})"/g
const DATES = /"(?:timestamp|start_timestamp|event\.timestamp)"(?:,"value":\{"stringValue")?:"(\d{4}-\d\d-\d\d)[ T]/g
const NANOS = /[tT]imeUnixNano":"(\d{10})\d{9}"/g
const ID_KEYS = ['session.id', 'prompt.id', 'tool_use_id', 'request_id', 'client_request_id', 'message.uuid']

interface Place {
  readonly at: number
  /** Of the original: milliseconds at the midnight before, or whole seconds. */
  readonly base: number
}

interface Stencil extends Lines {
  readonly ids: readonly number[]
  readonly dates: readonly Place[]
  readonly seconds: readonly Place[]
}

export interface Copied {
  /** From 1; 0 is the original. */
  readonly round: number
  readonly shiftDays: number
}

/** What is needed to copy it; its bytes are kept. */
export class BlockCopies {
  readonly #block: Block
  readonly #stencils: readonly (readonly [Holding, Stencil])[]

  constructor(block: Block) {
    this.#block = block
    this.#stencils = Object.entries(block.lines).map(([holding, lines]) => [holding as Holding, stencilOf(lines)])
  }

  copy(copied: Copied, withSent: boolean): Block {
    const { span, counts, sent } = this.#block
    const shiftMs = copied.shiftDays * DAY_MS
    const mark = markOf(copied.round)
    const lines = this.#stencils.map(([holding, stencil]) => [holding, linesOf(stencil, mark, shiftMs)])
    return {
      span: span === undefined ? undefined : { firstMs: span.firstMs + shiftMs, lastMs: span.lastMs + shiftMs },
      lines: Object.fromEntries(lines) as Block['lines'],
      counts,
      ...(withSent && sent !== undefined ? { sent: sentAs(sent, mark, shiftMs) } : {}),
    }
  }
}

function markOf(round: number): string {
  return round.toString(16).padStart(MARK_LENGTH, '0')
}

function stencilOf({ bytes, rows, records }: Lines): Stencil {
  // A character a byte, so that places are offsets.
  const text = Buffer.from(bytes).toString('latin1')
  const placesOf = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map((match) => {
      const [whole, group = ''] = match
      return { at: match.index + whole.lastIndexOf(group), group }
    })
  return {
    ...{ bytes, rows, records },
    ids: placesOf(IDS).map(({ at, group }) => at + group.length - MARK_LENGTH),
    dates: placesOf(DATES).map(({ at, group }) => ({ at, base: Date.parse(group) })),
    seconds: placesOf(NANOS).map(({ at, group }) => ({ at, base: Number(group) })),
  }
}

function linesOf({ bytes, rows, records, ids, dates, seconds }: Stencil, mark: string, shiftMs: number): Lines {
  // Without zeroes that would be written over at once.
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  for (const at of ids) copy.write(mark, at, MARK_LENGTH, 'latin1')
  const known = new Map<number, string>()
  for (const { at, base } of dates) {
    let date = known.get(base)
    if (date === undefined) {
      date = new Date(base + shiftMs).toISOString().slice(0, DATE)
      known.set(base, date)
    }
    copy.write(date, at, DATE, 'latin1')
  }
  for (const { at, base } of seconds) copy.write(String(base + shiftMs / 1000), at, SECONDS, 'latin1')
  return { bytes: copy, rows, records }
}

function sentAs({ logs, points }: Sent, mark: string, shiftMs: number): Sent {
  const shiftNs = BigInt(shiftMs) * 1_000_000n
  const own = <T extends SentLog | SentPoint>(record: T): T => ({
    ...record,
    timeNs: record.timeNs + shiftNs,
    attributes: attributesAs(record.attributes, mark, shiftMs),
    resource: attributesAs(record.resource, mark, shiftMs),
  })
  return { logs: logs.map(own), points: points.map((point) => ({ ...own(point), startNs: point.startNs + shiftNs })) }
}

function attributesAs(attributes: Readonly<Record<string, string>>, mark: string, shiftMs: number) {
  const now: Record<string, string> = { ...attributes }
  for (const key of ID_KEYS) {
    const id = now[key]
    if (id !== undefined && id.length >= MARK_LENGTH) now[key] = id.slice(0, -MARK_LENGTH) + mark
  }
  const time = now['event.timestamp']
  if (time !== undefined) now['event.timestamp'] = new Date(Date.parse(time) + shiftMs).toISOString()
  return now
}
