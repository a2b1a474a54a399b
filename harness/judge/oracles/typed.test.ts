// The typed columns' oracle: what a column must hold is worked out from the row's attributes, by the rules of the data model.
import { expect, test } from 'vitest'
import { eventRow, evidenceOf, log, offer } from '../testing/evidence.ts'
import { typedOracle } from './typed.ts'

function judged(attributes: Record<string, string>, columns: Record<string, string | number | null>) {
  const record = log(1, attributes)
  return typedOracle.judge(evidenceOf([offer(record)], { events: [eventRow(record, columns)] }))?.verdict
}

test.each<[attributes: Record<string, string>, errorType: string | null]>([
  [{ 'event.name': 'api_error', status_code: '429' }, 'rate_limit'],
  [{ 'event.name': 'api_error', status_code: '503' }, 'server_error'],
  [{ 'event.name': 'api_error', status_code: '418' }, 'client_error'],
  [{ 'event.name': 'api_error', error: 'Request Timed Out' }, 'timeout'],
  [{ 'event.name': 'api_error', error: 'ECONNREFUSED' }, 'connection'],
  [{ 'event.name': 'api_error' }, 'unknown'],
  [{ 'event.name': 'tool_result', error: 'timeout' }, null],
  [{ 'event.name': 'tool_result', error_type: 'Error:ENOENT' }, 'Error:ENOENT'],
])('error_type of %j is %j', (attributes, errorType) => {
  const { status_code: status, error } = attributes
  const columns = { status_code: status === undefined ? null : Number(status), error: error ?? null }
  expect(judged(attributes, { ...columns, error_type: errorType })).toBe('pass')
  expect(judged(attributes, { ...columns, error_type: 'wrong' })).toBe('fail')
})

test('the source of a tool_decision is its decision_source, of another event it is not', () => {
  expect(judged({ 'event.name': 'tool_decision', source: 'config' }, { decision_source: 'config' })).toBe('pass')
  expect(judged({ 'event.name': 'tool_result', source: 'config' }, { decision_source: 'config' })).toBe('fail')
})

test('a cost that is no finite number is NULL', () => {
  expect(judged({ cost_usd: 'NaN' }, { cost_usd: null })).toBe('pass')
  expect(judged({ cost_usd: 'inf' }, { cost_usd: null })).toBe('pass')
  expect(judged({ cost_usd: '0.5' }, { cost_usd: null })).toBe('fail')
})

test('the version falls back from the record to its resource, and is not judged where only the scope tells it', () => {
  expect(judged({ 'app.version': '2.1.197' }, { code_version: '2.1.197' })).toBe('pass')
  expect(judged({ 'app.version': '2.1.197' }, { code_version: null })).toBe('fail')
  expect(judged({}, { code_version: 'whatever the scope says' })).toBe('pass')
})
