// Small requests for tests of the client's end.
import { encodeRequest } from '../../../core/otlp/codec.ts'
import { type ExportRequest, protobufMessage } from '../export-request.ts'

/** One request with a log record for each body. */
export function logs(...bodies: string[]): ExportRequest {
  const logRecords = bodies.map((stringValue) => ({ timeUnixNano: '1795469307047000001', body: { stringValue } }))
  return protobufMessage('logs', encodeRequest({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
}
