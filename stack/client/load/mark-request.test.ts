import { expect, test } from 'vitest'
import { jsonMessage } from '../export-request.ts'
import { MARK, markedRequest } from './mark-request.ts'

const marked = (signal: 'logs' | 'metrics', text: string) =>
  markedRequest(jsonMessage(signal, Buffer.from(text)), 'week').body.toString()
const MARKED = `{"key":"${MARK}","value":{"stringValue":"week"}}`

test('every resource of a request is marked, and all else stays as it was written', () => {
  const record =
    '{"timeUnixNano":1767600000000000001,"attributes":[{"key":"cost","value":{"doubleValue":0.10000000000000000}}],"unheardOf":[null]}'
  const logs = (one: string, other: string) =>
    `{"resourceLogs":[{"resource":{"attributes":[${one}]},"scopeLogs":[{"logRecords":[${record}]}]},{"scopeLogs":[],"resource":{${other}}}]}`
  const name = '{"key":"service.name","value":{"stringValue":"claude-code"}}'
  expect(marked('logs', logs(name, ''))).toBe(logs(`${name},${MARKED}`, `"attributes":[${MARKED}]`))
})

test('a resource that is not there is made, and another mark is replaced', () => {
  const metrics = (resource: string) => `{"resourceMetrics":[{"scopeMetrics":[]${resource}}]}`
  const own = `,"resource":{"attributes":[${MARKED}]}`
  expect(marked('metrics', metrics(''))).toBe(metrics(own))
  expect(marked('metrics', metrics(',"resource":null'))).toBe(metrics(own))
  const other = MARKED.replace('week', 'other')
  expect(marked('metrics', metrics(`,"resource":{"attributes":[${other}]}`))).toBe(metrics(own))
  expect(marked('metrics', '{"resourceMetrics":[]}')).toBe('{"resourceMetrics":[]}')
})
