// Requests with a private text at every place where OTLP may hold one.
import { encodeRequest, type Signal } from '../../../core/otlp/codec.ts'
import type { OtlpRequest } from '../../../core/otlp/otlp.ts'
import { type ExportRequest, jsonMessage, protobufMessage } from '../export-request.ts'

const any = (stringValue: string) => ({ stringValue })

/** Attributes with the text as value, name, and at each depth; a plain one beside it. */
function attributes(text: string) {
  const base64 = Buffer.from(`see ${text} here`).toString('base64')
  return [
    { key: 'plain', value: any('nothing') },
    { key: 'prompt', value: any(`see ${text} here`) },
    { key: `see ${text} here`, value: { intValue: '9007199254740993' } },
    { key: 'list', value: { arrayValue: { values: [any('a'), any(text), { arrayValue: { values: [any(text)] } }] } } },
    {
      key: 'map',
      value: {
        kvlistValue: { values: [{ key: 'a', value: { kvlistValue: { values: [{ key: text, value: any(text) }] } } }] },
      },
    },
    { key: 'bytes', value: { bytesValue: base64 } },
    { key: 'inner-bytes', value: { arrayValue: { values: [{ bytesValue: base64 }] } } },
  ]
}

const around = (text: string) => ({
  schemaUrl: `https://a.test/?q=${text}`,
})

const at = { timeUnixNano: '1795469307047000001' }

export function plantedLogs(text: string): OtlpRequest {
  const scope = { name: `scope ${text}`, version: `1 ${text}`, attributes: attributes(text) }
  const bodies = [
    any(`body ${text}`),
    { kvlistValue: { values: [{ key: 'a', value: any(text) }] } },
    { bytesValue: Buffer.from(text).toString('base64') },
  ]
  const logRecords = bodies.map((body) => ({
    ...at,
    severityNumber: 9,
    severityText: `info ${text}`,
    eventName: `event ${text}`,
    body,
    attributes: attributes(text),
  }))
  return {
    resourceLogs: [
      {
        resource: { attributes: attributes(text) },
        scopeLogs: [{ scope, logRecords, ...around(text) }],
        ...around(text),
      },
    ],
  } as OtlpRequest
}

export function plantedMetrics(text: string): OtlpRequest {
  const exemplars = [{ ...at, asInt: '7', filteredAttributes: attributes(text) }]
  const point = { ...at, attributes: attributes(text) }
  const names = {
    name: `metric ${text}`,
    description: `about ${text}`,
    unit: `unit ${text}`,
    metadata: attributes(text),
  }
  const buckets = { count: '1', sum: 1, bucketCounts: ['0', '1'], explicitBounds: [5] }
  const metrics = [
    { ...names, gauge: { dataPoints: [{ ...point, asDouble: 0.1, exemplars }] } },
    { ...names, sum: { dataPoints: [{ ...point, asInt: '9007199254740993', exemplars }], aggregationTemporality: 1 } },
    { ...names, histogram: { dataPoints: [{ ...point, ...buckets, exemplars }], aggregationTemporality: 1 } },
    { ...names, exponentialHistogram: { dataPoints: [{ ...point, count: '1', scale: 1, exemplars }] } },
    {
      ...names,
      summary: { dataPoints: [{ ...point, count: '1', sum: 1, quantileValues: [{ quantile: 0.5, value: 1 }] }] },
    },
  ]
  const scope = { name: `scope ${text}`, attributes: attributes(text) }
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributes(text) },
        scopeMetrics: [{ scope, metrics, ...around(text) }],
        ...around(text),
      },
    ],
  } as OtlpRequest
}

/** Both signals in both encodings. */
export function plantedMessages(text: string): { readonly what: string; readonly message: ExportRequest }[] {
  const requests: readonly [Signal, OtlpRequest][] = [
    ['logs', plantedLogs(text)],
    ['metrics', plantedMetrics(text)],
  ]
  return requests.flatMap(([signal, request]) => [
    { what: `${signal} as protobuf`, message: protobufMessage(signal, encodeRequest(request)) },
    { what: `${signal} as JSON`, message: jsonMessage(signal, Buffer.from(JSON.stringify(request))) },
  ])
}

/** How a text may stand in bytes: as it is, in JSON, and in what JSON holds as base64. */
export function isLeftIn(bytes: Buffer, text: string): boolean {
  const found = bytes.toString()
  const decoded = (found.match(/[A-Za-z0-9+/]{12,}={0,2}/g) ?? []).map((each) =>
    Buffer.from(each, 'base64').toString('latin1'),
  )
  const forms = [text, JSON.stringify(text).slice(1, -1)]
  return forms.some((form) => found.includes(form) || decoded.some((each) => each.includes(form)))
}
