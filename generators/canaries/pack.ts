// Packs canaries into export requests, as many to a request as wanted; now and then several share a resource or a scope.
import type { LogsRequest, MetricsRequest, OtlpRequest } from '../../core/otlp/otlp.ts'
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
  const logs: LogsRequest['resourceLogs'][number][] = []
  const metrics: MetricsRequest['resourceMetrics'][number][] = []
  let [records, points, number] = [0, 0, 0]
  const takeLogs = () => {
    const packed = { signal: 'logs', request: { resourceLogs: logs.splice(0) }, records } as const
    records = 0
    return packed
  }
  const takeMetrics = () => {
    const packed = { signal: 'metrics', request: { resourceMetrics: metrics.splice(0) }, records: points } as const
    points = 0
    return packed
  }
  for (const { canary, mark } of canaries) {
    const request = requestWith(canary, mark)
    const sharing = SHARING[number % SHARING.length] ?? 'nothing'
    number += 1
    if ('resourceLogs' in request) {
      for (const one of request.resourceLogs) addLogs(logs, one, sharing)
      records += 1
      if (records >= perRequest) yield takeLogs()
    } else {
      for (const one of request.resourceMetrics) addMetrics(metrics, one, sharing)
      points += 1
      if (points >= perRequest) yield takeMetrics()
    }
  }
  if (records > 0) yield takeLogs()
  if (points > 0) yield takeMetrics()
}

type Sharing = 'nothing' | 'resource' | 'scope'
/** Of a length that no number of classes or cells is a multiple of. */
const SHARING: readonly Sharing[] = ['nothing', 'resource', 'scope', 'resource', 'nothing', 'scope', 'scope']

type OneLog = LogsRequest['resourceLogs'][number]
type OneMetric = MetricsRequest['resourceMetrics'][number]

/** What is the canary's own stays: it is shared only where its own resource and scope say nothing of themselves. */
function addLogs(all: OneLog[], one: OneLog, sharing: Sharing): void {
  const last = all.at(-1)
  const scope = one.scopeLogs?.[0]
  const lastScope = last?.scopeLogs?.at(-1)
  const isOrdinary = one.resource?.attributes?.length === 1
  if (!last || !isOrdinary || sharing === 'nothing') all.push(one)
  else if (sharing === 'scope' && lastScope && isOrdinaryScope(scope?.scope))
    all[all.length - 1] = {
      ...last,
      scopeLogs: [
        ...(last.scopeLogs ?? []).slice(0, -1),
        { ...lastScope, logRecords: [...(lastScope.logRecords ?? []), ...(scope?.logRecords ?? [])] },
      ],
    }
  else all[all.length - 1] = { ...last, scopeLogs: [...(last.scopeLogs ?? []), ...(one.scopeLogs ?? [])] }
}

function addMetrics(all: OneMetric[], one: OneMetric, sharing: Sharing): void {
  const last = all.at(-1)
  const scope = one.scopeMetrics?.[0]
  const lastScope = last?.scopeMetrics?.at(-1)
  const isOrdinary = one.resource?.attributes?.length === 1
  if (!last || !isOrdinary || sharing === 'nothing') all.push(one)
  else if (sharing === 'scope' && lastScope && isOrdinaryScope(scope?.scope))
    all[all.length - 1] = {
      ...last,
      scopeMetrics: [
        ...(last.scopeMetrics ?? []).slice(0, -1),
        { ...lastScope, metrics: [...(lastScope.metrics ?? []), ...(scope?.metrics ?? [])] },
      ],
    }
  else all[all.length - 1] = { ...last, scopeMetrics: [...(last.scopeMetrics ?? []), ...(one.scopeMetrics ?? [])] }
}

function isOrdinaryScope(scope: OneLogScope): boolean {
  return scope?.attributes === undefined && (scope?.name ?? '').startsWith('com.anthropic.')
}

type OneLogScope = NonNullable<OneLog['scopeLogs']>[number]['scope']
