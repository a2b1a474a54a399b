// Packs canaries into export requests, as many to a request as wanted; now and then several share a resource or a scope.
import type { LogRecord, Metric, OtlpRequest, Resource, Scope } from '../../core/otlp/otlp.ts'
import type { Canary } from './model/canary.ts'
import { requestWith } from './place.ts'

export interface MarkedCanary {
  readonly canary: Canary
  /** The value of the attribute `canary`, by which its row is found again. */
  readonly mark: string
}

export interface PackedRequest {
  readonly signal: 'logs' | 'metrics'
  readonly request: OtlpRequest
  readonly records: number
}

/** Requests that carry all of them once. What stands in a resource or a scope is then shared by what follows it. */
export function* packCanaries(canaries: Iterable<MarkedCanary>, perRequest: number): Generator<PackedRequest> {
  const logs = new Packer<LogRecord>()
  const metrics = new Packer<Metric>()
  let number = 0
  for (const { canary, mark } of canaries) {
    const request = requestWith(canary, mark)
    const sharing = SHARING[number % SHARING.length] ?? 'nothing'
    number += 1
    if ('resourceLogs' in request)
      for (const { resource, scopeLogs = [] } of request.resourceLogs)
        for (const { scope, logRecords = [] } of scopeLogs) logs.add({ resource, scope, items: logRecords }, sharing)
    else
      for (const { resource, scopeMetrics = [] } of request.resourceMetrics)
        for (const { scope, metrics: items = [] } of scopeMetrics) metrics.add({ resource, scope, items }, sharing)
    if (logs.count >= perRequest) yield logsRequest(logs)
    if (metrics.count >= perRequest) yield metricsRequest(metrics)
  }
  if (logs.count > 0) yield logsRequest(logs)
  if (metrics.count > 0) yield metricsRequest(metrics)
}

type Sharing = 'nothing' | 'resource' | 'scope'
/** Of a length that no number of classes or cells is a multiple of. */
const SHARING: readonly Sharing[] = ['nothing', 'resource', 'scope', 'resource', 'nothing', 'scope', 'scope']

interface Part<T> {
  readonly resource: Resource | undefined
  readonly scope: Scope | undefined
  readonly items: readonly T[]
}

interface Group<T> {
  readonly resource: Resource | undefined
  readonly scopes: { readonly scope: Scope | undefined; readonly items: T[] }[]
}

/** Records by resource and scope. */
class Packer<T> {
  #groups: Group<T>[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** What is the canary's own stays: it is shared only where its own resource and scope say nothing of themselves. */
  add({ resource, scope, items }: Part<T>, sharing: Sharing): void {
    this.#count += items.length
    const last = resource?.attributes?.length === 1 && sharing !== 'nothing' ? this.#groups.at(-1) : undefined
    const lastScope = sharing === 'scope' && isOrdinary(scope) ? last?.scopes.at(-1) : undefined
    if (lastScope) lastScope.items.push(...items)
    else if (last) last.scopes.push({ scope, items: [...items] })
    else this.#groups.push({ resource, scopes: [{ scope, items: [...items] }] })
  }

  take(): { groups: readonly Group<T>[]; records: number } {
    const taken = { groups: this.#groups, records: this.#count }
    this.#groups = []
    this.#count = 0
    return taken
  }
}

function isOrdinary(scope: Scope | undefined): boolean {
  return scope?.attributes === undefined && (scope?.name ?? '').startsWith('com.anthropic.')
}

function logsRequest(packer: Packer<LogRecord>): PackedRequest {
  const { groups, records } = packer.take()
  const resourceLogs = groups.map(({ resource = {}, scopes }) => ({
    resource,
    scopeLogs: scopes.map(({ scope = {}, items }) => ({ scope, logRecords: items })),
  }))
  return { signal: 'logs', request: { resourceLogs }, records }
}

function metricsRequest(packer: Packer<Metric>): PackedRequest {
  const { groups, records } = packer.take()
  const resourceMetrics = groups.map(({ resource = {}, scopes }) => ({
    resource,
    scopeMetrics: scopes.map(({ scope = {}, items }) => ({ scope, metrics: items })),
  }))
  return { signal: 'metrics', request: { resourceMetrics }, records }
}
