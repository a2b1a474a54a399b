// Events as docs/data-model.md reads them out of what was sent, each once.
import { eventIdentity } from '../model/identity.ts'
import { areNamesTold, NAMES_AND_NUMBERS } from './names.ts'
import { type Asked, type Delivered, isOfClient, recordFirst, resourceFirst, type SentLog, timeOf } from './sent.ts'
import { flag, nanoDollars, WHOLE, wholeNumber } from './values.ts'

export interface Event {
  readonly timeNs: bigint
  readonly type: string
  readonly session: string | null
  readonly user: string | null
  readonly chapter: string | null
  readonly feature: string | null
  readonly branch: string | null
  readonly sequence: bigint | null
  readonly model: string | null
  readonly requestId: string | null
  readonly input: bigint | null
  readonly output: bigint | null
  readonly cacheRead: bigint | null
  readonly cacheCreation: bigint | null
  /** In billionths of a dollar. */
  readonly cost: bigint | null
  readonly duration: bigint | null
  readonly attempt: bigint | null
  readonly errorType: string | null
  readonly tool: string | null
  readonly success: boolean | null
  readonly resultBytes: bigint | null
  /** For how many events it stands, as only a share of the sessions was stored; in parts of `WHOLE`. */
  readonly weight: bigint
}

/** The client's, each once: of several copies the first. */
export function eventsOf({ logs }: Pick<Delivered, 'logs'>): Event[] {
  const first = new Map<string, SentLog>()
  for (const log of logs) {
    const id = identityOf(log)
    if (!first.has(id)) first.set(id, log)
  }
  return [...first.values()].filter(isOfClient).map(eventOf)
}

export function inWindow({ timeNs }: { readonly timeNs: bigint }, asked: Asked): boolean {
  return timeNs >= BigInt(asked.fromMs) * 1_000_000n && timeNs < BigInt(asked.toMs) * 1_000_000n
}

/** The three filters. */
export function isMeant(of: Pick<Event, 'user' | 'chapter' | 'branch'>, asked: Asked): boolean {
  return (
    (asked.user === '' || of.user?.replace('sha256:', '').startsWith(asked.user.replace('sha256:', '')) === true) &&
    (asked.chapter === '' || of.chapter === asked.chapter) &&
    (asked.branch === '' || of.branch === asked.branch)
  )
}

function identityOf(log: SentLog): string {
  const { attributes } = log
  const id = eventIdentity({ ...log, timeUnixNano: String(log.timeNs) }, typeOf(log))
  const more =
    attributes['event.sequence'] === undefined
      ? [log.body, log.scope]
      : ['client_request_id', 'message.uuid', ...(areNamesTold(attributes) ? NAMES_AND_NUMBERS : [])].map(
          (key) => attributes[key] ?? null,
        )
  return JSON.stringify([id, more])
}

function typeOf({ attributes, eventName, body }: SentLog): string {
  return (attributes['event.name'] ?? (eventName === '' ? body : eventName)).replace(/^claude_code\./, '')
}

function eventOf(log: SentLog): Event {
  const { attributes } = log
  const text = (key: string) => attributes[key] ?? null
  const type = typeOf(log)
  return {
    timeNs: timeOf(log),
    type,
    session: recordFirst(log, 'session.id'),
    user: resourceFirst(log, 'user.id'),
    chapter: recordFirst(log, 'chapter.number'),
    feature: recordFirst(log, 'feature.id'),
    branch: recordFirst(log, 'git.branch'),
    sequence: wholeNumber(attributes['event.sequence']),
    model: text('model'),
    requestId: text('request_id'),
    input: wholeNumber(attributes.input_tokens),
    output: wholeNumber(attributes.output_tokens),
    cacheRead: wholeNumber(attributes.cache_read_tokens),
    cacheCreation: wholeNumber(attributes.cache_creation_tokens),
    cost: nanoDollars(attributes.cost_usd),
    duration: wholeNumber(attributes.duration_ms),
    attempt: wholeNumber(attributes.attempt),
    errorType: errorTypeOf(type, attributes),
    tool: text('tool_name'),
    success: flag(attributes.success),
    resultBytes: wholeNumber(attributes.tool_result_size_bytes),
    weight: weightOf(log.samplingPercentage),
  }
}

/** A rate that is none, or is of all, is as no rate. */
function weightOf(percentage = 100): bigint {
  return percentage > 0 && percentage < 100 ? BigInt(Math.round((Number(WHOLE) * 100) / percentage)) : WHOLE
}

const STATUSES: Readonly<Record<string, string>> = {
  400: 'invalid_request',
  401: 'authentication',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  413: 'request_too_large',
  429: 'rate_limit',
  529: 'overloaded',
}
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/time[d]?[ -]?out/, 'timeout'],
  [/abort|cancel/, 'aborted'],
  [/overloaded/, 'overloaded'],
  [/rate.?limit/, 'rate_limit'],
  [/connect|econn|enotfound|network|socket|fetch failed|tls|certificate/, 'connection'],
]

function errorTypeOf(type: string, attributes: SentLog['attributes']): string | null {
  if (attributes.error_type !== undefined) return attributes.error_type
  if (type !== 'api_error' && type !== 'api_retries_exhausted') return null
  const status = wholeNumber(attributes.status_code)
  const named = STATUSES[String(status)]
  if (named !== undefined) return named
  if (status !== null && status >= 500n && status < 600n) return 'server_error'
  if (status !== null && status >= 400n && status < 500n) return 'client_error'
  const error = (attributes.error ?? '').toLowerCase()
  return TEXTS.find(([pattern]) => pattern.test(error))?.[1] ?? 'unknown'
}
