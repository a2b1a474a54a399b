// Requests to the model, their cost in events and in metrics, and what goes wrong with them.
import { bool, double, type Fields, int, string } from '../fields.ts'
import type { Scene } from '../session-context.ts'
import { joinTexts, type Text } from '../text.ts'

/** Micro-dollars for a million tokens: input, output, cache read, cache creation. */
const prices: Readonly<Record<string, readonly [number, number, number, number]>> = {
  'claude-opus-4-8': [5, 25, 0.5, 6.25],
  'claude-sonnet-5': [3, 15, 0.3, 3.75],
  'claude-haiku-4-5': [1, 5, 0.1, 1.25],
}

export const models: readonly string[] = Object.keys(prices)

/** How an event's query_source is called in metrics. */
function metricSource(querySource: string): string {
  if (querySource.startsWith('agent:')) return 'subagent'
  return querySource === 'sdk' || querySource === 'repl_main_thread' ? 'main' : 'auxiliary'
}

/** What was reported of a request. */
export interface Reported {
  readonly requestId: string
  /** All four kinds together. */
  readonly tokens: number
}

/** An api_request with its sums. @param answeredMs how long it took, where that time has passed already */
export function apiRequest(
  scene: Scene,
  querySource = scene.querySource,
  model = scene.model,
  answeredMs?: number,
): Reported {
  const { faker, shape } = scene
  const durationMs = answeredMs ?? shape.requestMs()
  if (answeredMs === undefined) scene.pass(durationMs, durationMs)
  const tokens = shape.tokens({ model, querySource, nowMs: scene.nowMs() })
  const { input, output, cacheRead, cacheCreation } = tokens
  const price = prices[model] ?? [5, 25, 0.5, 6.25]
  const metered = input * price[0] + output * price[1] + cacheRead * price[2] + cacheCreation * price[3]
  // Seldom nothing is charged: then the cost is integral, and an integral number is sent as an integer.
  const micros = shape.free() ? 0 : Math.round(metered)
  const costUsd = micros / 1e6
  const requestId = `req_011C${faker.string.alphanumeric(20)}`
  scene.record('api_request', {
    model: string(model),
    input_tokens: int(input),
    output_tokens: int(output),
    cache_read_tokens: int(cacheRead),
    cache_creation_tokens: int(cacheCreation),
    cost_usd: double(costUsd),
    cost_usd_micros: int(micros),
    duration_ms: int(durationMs),
    ttft_ms: scene.profile.newestKeys ? int(Math.ceil(durationMs / 4)) : undefined,
    request_id: string(requestId),
    client_request_id: scene.profile.newestKeys ? string(faker.string.uuid()) : undefined,
    speed: string('normal'),
    query_source: string(querySource),
    effort: string(scene.effort),
  })
  const metricModel = model === scene.model ? scene.metricModel : model
  const attributes = { model: metricModel, query_source: metricSource(querySource), effort: scene.effort }
  scene.add('cost.usage', costUsd, attributes)
  for (const [type, count] of Object.entries(tokens)) scene.add('token.usage', count, { ...attributes, type })
  return { requestId, tokens: input + output + cacheRead + cacheCreation }
}

const failures: readonly (readonly [number | undefined, string])[] = [
  [400, 'invalid_request_error: messages.0.content must not be empty'],
  [401, 'authentication_error: invalid x-api-key header'],
  [429, 'rate_limit_error: too many requests, retry in 30 s'],
  [500, 'api_error: internal server error'],
  [529, 'overloaded_error: Overloaded'],
  [undefined, 'Connection error: read ECONNRESET'],
]

/** Those after which a client tries again. */
export const passing: typeof failures = failures.filter(([status = 500]) => status === 429 || status >= 500)

function errorText(scene: Scene, message: string): Text {
  const secret = scene.texts.secret()
  return secret === undefined ? [message] : joinTexts([[`${message} for`], secret, ['(see log)']], ' ')
}

/** A request that failed; `attempt` counts from 1. */
export function apiError(scene: Scene, attempt: number, kinds = failures): void {
  const { faker } = scene
  const [status, message] = faker.helpers.arrayElement(kinds)
  const durationMs = faker.number.int({ min: 15, max: 20_000 })
  scene.pass(durationMs, durationMs)
  scene.record('api_error', {
    model: string(scene.metricModel),
    error: string(errorText(scene, message)),
    status_code: status === undefined ? undefined : int(status),
    duration_ms: int(durationMs),
    attempt: int(attempt),
    request_id: status === undefined ? undefined : string(`req_011C${faker.string.alphanumeric(20)}`),
    ...tail(scene),
  })
}

/** All attempts failed. */
export function apiRetriesExhausted(scene: Scene): void {
  const attempts = scene.faker.number.int({ min: 3, max: 10 })
  for (let attempt = attempts - 1; attempt <= attempts; attempt += 1) apiError(scene, attempt)
  scene.record('api_retries_exhausted', {
    model: string(scene.metricModel),
    error: string(errorText(scene, 'overloaded_error: Overloaded')),
    status_code: int(529),
    total_attempts: int(attempts),
    total_retry_duration_ms: int(scene.faker.number.int({ min: 5000, max: 180_000 })),
  })
}

/** The model refused to answer. */
export function apiRefusal(scene: Scene): void {
  scene.pass(500, 3000)
  scene.record('api_refusal', {
    model: string(scene.model),
    request_id: string(`req_011C${scene.faker.string.alphanumeric(20)}`),
    query_source: string(scene.querySource),
    attempt: int(1),
    has_category: bool(scene.faker.datatype.boolean()),
  })
}

function tail(scene: Scene): Fields {
  return { speed: string('normal'), query_source: string(scene.querySource), effort: string(scene.effort) }
}
