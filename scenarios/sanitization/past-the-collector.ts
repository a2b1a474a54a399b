// Writes requests into the landing tables as the collector's exporter does, with nothing in between: no policy has seen them.
import type { AnyValue, KeyValue, LogRecord, OtlpRequest } from '../../core/otlp/otlp.ts'
import type { Emitter } from '../../generators/batch.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

/** An emitter whose answer means that ClickHouse has written the rows. */
export function pastTheCollector(stack: Stack): Emitter {
  const database = connect(stack, 'ingest')
  return {
    name: 'past the collector',
    send: async ({ request }) => {
      for (const [table, rows] of rowsOf(request))
        if (rows.length > 0)
          await database.run(
            `INSERT INTO telemetry.${table} FORMAT JSONEachRow ${rows.map((row) => JSON.stringify(row)).join('\n')}`,
          )
      return { kind: 'accepted' }
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

function rowsOf(request: OtlpRequest): [table: string, rows: object[]][] {
  const logs = 'resourceLogs' in request ? request.resourceLogs : []
  const metrics = 'resourceMetrics' in request ? request.resourceMetrics : []
  return [
    [
      'landing_logs',
      logs.flatMap(({ resource, scopeLogs = [] }) =>
        scopeLogs.flatMap(({ scope, logRecords = [] }) =>
          logRecords.map((record) => ({
            ...logRow(record),
            ScopeName: scope?.name ?? '',
            ScopeVersion: scope?.version ?? '',
            ScopeAttributes: mapOf(scope?.attributes),
            ResourceAttributes: mapOf(resource?.attributes),
          })),
        ),
      ),
    ],
    [
      'landing_metrics_sum',
      metrics.flatMap(({ resource, scopeMetrics = [] }) =>
        scopeMetrics.flatMap(({ scope, metrics: all = [] }) =>
          all.flatMap(({ name = '', unit = '', sum }) =>
            (sum?.dataPoints ?? []).map((point) => ({
              MetricName: name,
              MetricUnit: unit,
              ScopeName: scope?.name ?? '',
              ScopeAttributes: mapOf(scope?.attributes),
              ResourceAttributes: mapOf(resource?.attributes),
              Attributes: mapOf(point.attributes),
              TimeUnix: timeOf(point.timeUnixNano),
              Value: Number(point.asInt ?? point.asDouble ?? 0),
              ...exemplarsOf(point),
            })),
          ),
        ),
      ),
    ],
    [
      'landing_metrics_histogram',
      metrics.flatMap(({ scopeMetrics = [] }) =>
        scopeMetrics.flatMap(({ scope, metrics: all = [] }) =>
          all.flatMap(({ name = '', unit = '', histogram }) =>
            pointsOf(histogram).map(({ attributes, timeUnixNano }) => ({
              MetricName: name,
              MetricUnit: unit,
              ScopeName: scope?.name ?? '',
              Attributes: mapOf(attributes),
              TimeUnix: timeOf(timeUnixNano),
              Count: 1,
            })),
          ),
        ),
      ),
    ],
  ]
}

interface Point {
  readonly timeUnixNano?: string
  readonly attributes?: readonly KeyValue[]
}

/** Of histograms the project's types say no more than that there are some. */
const pointsOf = (histogram: unknown) =>
  (histogram as { readonly dataPoints?: readonly Point[] } | undefined)?.dataPoints ?? []

/** Of exemplars the project's types say nothing: the client sends none. */
function exemplarsOf(point: object): object {
  const exemplars = (point as { readonly exemplars?: readonly { readonly filteredAttributes?: readonly KeyValue[] }[] })
    .exemplars
  if (exemplars === undefined) return {}
  const each = <T>(value: T) => exemplars.map(() => value)
  return {
    'Exemplars.FilteredAttributes': exemplars.map(({ filteredAttributes }) => mapOf(filteredAttributes)),
    'Exemplars.TimeUnix': each('1700000000.000000000'),
    'Exemplars.Value': each(1),
    'Exemplars.SpanId': each(''),
    'Exemplars.TraceId': each(''),
  }
}

function logRow({ timeUnixNano, body, severityText, attributes }: LogRecord): object {
  return {
    Timestamp: timeOf(timeUnixNano),
    Body: textOf(body),
    SeverityText: severityText ?? '',
    LogAttributes: mapOf(attributes),
  }
}

/** Nanoseconds as ClickHouse reads them: seconds with nine decimals. */
function timeOf(nanoseconds: string | number | undefined): string {
  const digits = String(nanoseconds ?? 0).padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}

function mapOf(attributes: readonly KeyValue[] = []): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, textOf(value)]))
}

/** As the exporter writes values: what is nested as JSON, its keys in order. */
function textOf(value: AnyValue | undefined): string {
  const plain = plainOf(value)
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

function plainOf(value: AnyValue | undefined): unknown {
  if (!value) return ''
  if ('stringValue' in value) return value.stringValue
  if ('intValue' in value) return String(value.intValue)
  if ('arrayValue' in value) return (value.arrayValue?.values ?? []).map(plainOf)
  if ('kvlistValue' in value) {
    const pairs = (value.kvlistValue?.values ?? []).map(({ key, value: each }) => [key, plainOf(each)] as const)
    return Object.fromEntries(pairs.toSorted(([one], [other]) => (one < other ? -1 : 1)))
  }
  return Object.values(value)[0]
}
