// Log records written by hand, as the client's own envelope carries them.

import type { AnyValue, KeyValue, LogRecord } from '../core/otlp/otlp.ts'
import type { Batch, ExpectedLog } from './batch.ts'
import { expectedOf, nothingPlanted } from './expected.ts'

export function attributes(map: Readonly<Record<string, AnyValue | string>>): KeyValue[] {
  return Object.entries(map).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : value,
  }))
}

/** A hand-made batch of log records under the client's own resource and scope; what must be stored of it is what was sent. */
export function logsBatch(records: readonly LogRecord[], fates?: readonly ExpectedLog['fate'][]): Batch {
  const request = {
    resourceLogs: [
      {
        resource: { attributes: attributes({ 'service.name': 'claude-code', 'service.version': '2.1.197' }) },
        scopeLogs: [{ scope: { name: 'com.anthropic.claude_code.events', version: '2.1.197' }, logRecords: records }],
      },
    ],
  }
  const expected = expectedOf(request, nothingPlanted).map((record, index) => ({
    ...record,
    fate: fates?.[index] ?? record.fate,
  }))
  return { signal: 'logs', request, expected }
}
