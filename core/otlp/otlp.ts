// OTLP in its JSON form (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): the shape of captures and datasets.
// 64-bit integers are decimal strings; a recorded intValue may be a bare number too.

export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string | number }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values?: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values?: readonly KeyValue[] } }
  | { readonly bytesValue: string }

export interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

export interface Resource {
  readonly attributes?: readonly KeyValue[]
}

export interface Scope {
  readonly name?: string
  readonly version?: string
  readonly attributes?: readonly KeyValue[]
}

export interface LogRecord {
  readonly timeUnixNano?: string
  readonly observedTimeUnixNano?: string
  readonly severityNumber?: number
  readonly severityText?: string
  readonly body?: AnyValue
  readonly attributes?: readonly KeyValue[]
  readonly traceId?: string
  readonly spanId?: string
  readonly flags?: number
  readonly eventName?: string
}

export interface LogsRequest {
  readonly resourceLogs: readonly {
    readonly resource?: Resource
    readonly scopeLogs?: readonly { readonly scope?: Scope; readonly logRecords?: readonly LogRecord[] }[]
  }[]
}

export interface NumberDataPoint {
  readonly attributes?: readonly KeyValue[]
  readonly startTimeUnixNano?: string
  readonly timeUnixNano?: string
  readonly asDouble?: number
  readonly asInt?: string | number
}

export interface Metric {
  readonly name: string
  readonly description?: string
  readonly unit?: string
  readonly sum?: {
    readonly dataPoints?: readonly NumberDataPoint[]
    /** 1 = delta, 2 = cumulative. */
    readonly aggregationTemporality?: number
    readonly isMonotonic?: boolean
  }
  readonly gauge?: { readonly dataPoints?: readonly NumberDataPoint[] }
  /** Kinds that the client never sends, but valid OTLP may hold. */
  readonly histogram?: unknown
  readonly exponentialHistogram?: unknown
  readonly summary?: unknown
}

export interface MetricsRequest {
  readonly resourceMetrics: readonly {
    readonly resource?: Resource
    readonly scopeMetrics?: readonly { readonly scope?: Scope; readonly metrics?: readonly Metric[] }[]
  }[]
}

export type OtlpRequest = LogsRequest | MetricsRequest

export function isLogsRequest(request: OtlpRequest): request is LogsRequest {
  return 'resourceLogs' in request
}
