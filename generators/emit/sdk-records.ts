// Turns a batch into what the official exporters take.
import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import type { AnyValue as SdkValue } from '@opentelemetry/api-logs'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { UsageError } from '../../core/errors.ts'
import type {
  AnyValue,
  KeyValue,
  LogRecord,
  LogsRequest,
  Metric,
  MetricsRequest,
  NumberDataPoint,
  Scope,
} from '../../core/otlp/otlp.ts'

/**
 * The records of a logs request. Attributes become objects, as in the SDK: of equal keys the last wins.
 * @throws UsageError for what JavaScript's numbers cannot hold (integers beyond 2^53)
 */
export function readableLogRecords(request: LogsRequest): ReadableLogRecord[] {
  return request.resourceLogs.flatMap(({ resource, scopeLogs = [] }) => {
    const shared = sdkResource(resource?.attributes)
    return scopeLogs.flatMap(({ scope, logRecords = [] }) => {
      const instrumentationScope = sdkScope(scope)
      return logRecords.map((record) => ({ ...readableLogRecord(record), resource: shared, instrumentationScope }))
    })
  })
}

function readableLogRecord(record: LogRecord): Omit<ReadableLogRecord, 'resource' | 'instrumentationScope'> {
  const { traceId, spanId, flags = 0 } = record
  return {
    hrTime: hrTime(record.timeUnixNano),
    hrTimeObserved: hrTime(record.observedTimeUnixNano),
    attributes: sdkMap(record.attributes),
    droppedAttributesCount: 0,
    ...(record.body === undefined ? {} : { body: sdkValue(record.body) }),
    ...(record.severityText === undefined ? {} : { severityText: record.severityText }),
    ...(record.severityNumber === undefined ? {} : { severityNumber: record.severityNumber }),
    ...(record.eventName === undefined ? {} : { eventName: record.eventName }),
    ...(traceId === undefined || spanId === undefined ? {} : { spanContext: { traceId, spanId, traceFlags: flags } }),
  }
}

/**
 * The metrics of a request, one entry for each resource.
 * @throws UsageError for kinds other than sum and gauge
 */
export function resourceMetricsOf(request: MetricsRequest): ResourceMetrics[] {
  return request.resourceMetrics.map(({ resource, scopeMetrics = [] }) => ({
    resource: sdkResource(resource?.attributes),
    scopeMetrics: scopeMetrics.map(({ scope, metrics = [] }) => ({
      scope: sdkScope(scope),
      metrics: metrics.map(metricData),
    })),
  }))
}

function metricData(metric: Metric): MetricData {
  const { name, description = '', unit = '', sum, gauge } = metric
  const points = sum?.dataPoints ?? gauge?.dataPoints
  if (points === undefined)
    throw new UsageError(`metric ${name}: the SDK emitter sends sums and gauges only; use a replay emitter`)
  const descriptor = {
    name,
    description,
    unit,
    valueType: points.some((point) => point.asInt !== undefined) ? ValueType.INT : ValueType.DOUBLE,
  }
  const dataPoints = points.map(dataPoint)
  const aggregationTemporality =
    sum?.aggregationTemporality === 1 ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE
  if (sum === undefined) return { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints }
  const isMonotonic = sum.isMonotonic ?? false
  return { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic, dataPoints }
}

function dataPoint(point: NumberDataPoint) {
  return {
    startTime: hrTime(point.startTimeUnixNano),
    endTime: hrTime(point.timeUnixNano),
    attributes: sdkMap(point.attributes) as Attributes,
    value: point.asInt === undefined ? (point.asDouble ?? 0) : wholeNumber(point.asInt),
  }
}

function sdkResource(attributes: readonly KeyValue[] = []) {
  return resourceFromAttributes(sdkMap(attributes) as Attributes)
}

function sdkScope(scope: Scope | undefined) {
  return { name: scope?.name ?? '', ...(scope?.version === undefined ? {} : { version: scope.version }) }
}

function hrTime(nanoseconds = '0'): HrTime {
  const nanos = BigInt(nanoseconds)
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)]
}

function sdkMap(attributes: readonly KeyValue[] = []): Record<string, SdkValue> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, sdkValue(value)]))
}

function sdkValue(value: AnyValue): SdkValue {
  if ('stringValue' in value) return value.stringValue
  if ('boolValue' in value) return value.boolValue
  if ('intValue' in value) return wholeNumber(value.intValue)
  if ('doubleValue' in value) return value.doubleValue
  if ('arrayValue' in value) return (value.arrayValue.values ?? []).map(sdkValue)
  if ('kvlistValue' in value) return sdkMap(value.kvlistValue.values)
  return 'bytesValue' in value ? Buffer.from(value.bytesValue, 'base64') : undefined
}

function wholeNumber(value: string | number): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new UsageError(`integer ${value}: the SDK's numbers cannot hold it; use a replay emitter`)
}
