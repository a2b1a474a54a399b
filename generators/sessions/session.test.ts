import { describe, expect, test } from 'vitest'
import type { AnyValue } from '../../core/otlp/otlp.ts'
import type { ExpectedPoint } from '../batch.ts'
import { allProfiles, versionProfiles } from '../profiles.ts'
import { renderValue } from '../render.ts'
import type { SessionOptions } from './session.ts'
import { events, forty, newest, points, session } from './testing/forty-sessions.ts'

function values(name: string, key: string): AnyValue[] {
  const attributes = events.filter((event) => event.name === name).flatMap(({ record }) => record.attributes ?? [])
  return attributes.filter((entry) => entry.key === key).map(({ value }) => value)
}

const common = [
  'session.id',
  'user.id',
  'organization.id',
  'chapter.number',
  'feature.id',
  'git.branch',
  'terminal.type',
]

const tokenKeys = {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: 'cache_read_tokens',
  cacheCreation: 'cache_creation_tokens',
}

describe('forty sessions', () => {
  test('have every event and every metric of the contract', () => {
    expect([...new Set(events.map(({ name }) => name))].sort()).toEqual(
      [
        ...[
          'user_prompt',
          'assistant_response',
          'api_request',
          'api_error',
          'api_refusal',
          'api_retries_exhausted',
          'tool_decision',
        ],
        ...[
          'tool_result',
          'permission_mode_changed',
          'auth',
          'mcp_server_connection',
          'hook_execution_start',
          'compaction',
        ],
        ...[
          'hook_execution_complete',
          'subagent_completed',
          'skill_activated',
          'plugin_loaded',
          'plugin_installed',
          'at_mention',
        ],
        ...['feedback_survey', 'internal_error'],
      ].sort(),
    )
    expect([...new Set(points.map(({ name }) => name.replace('claude_code.', '')))].sort()).toEqual(
      [
        ...['session.count', 'lines_of_code.count', 'commit.count', 'pull_request.count', 'cost.usage', 'token.usage'],
        ...['code_edit_tool.decision', 'active_time.total'],
      ].sort(),
    )
  })

  test.each([
    ['user_prompt', 'prompt_length', 'stringValue'],
    ['assistant_response', 'response_length', 'intValue'],
    ['api_request', 'input_tokens', 'intValue'],
    ['api_request', 'duration_ms', 'intValue'],
    ['api_request', 'ttft_ms', 'intValue'],
    ['api_error', 'status_code', 'intValue'],
    ['api_refusal', 'has_category', 'boolValue'],
    ['tool_result', 'success', 'stringValue'],
    ['tool_result', 'duration_ms', 'stringValue'],
    ['tool_result', 'tool_input_size_bytes', 'stringValue'],
    ['mcp_server_connection', 'is_plugin', 'boolValue'],
    ['hook_execution_complete', 'total_duration_ms', 'stringValue'],
    ['subagent_completed', 'total_tokens', 'intValue'],
    ['user_prompt', 'event.sequence', 'intValue'],
  ])('%s.%s has the type of the wire: %s', (name, key, kind) => {
    expect(new Set(values(name, key).flatMap(Object.keys))).toEqual(new Set([kind]))
  })

  test('cost_usd is a double, and an integer when it is integral', () => {
    for (const value of values('api_request', 'cost_usd')) {
      expect(Object.keys(value)).toEqual([Number.isInteger(Number(renderValue(value))) ? 'intValue' : 'doubleValue'])
    }
    expect(new Set(values('api_request', 'cost_usd').flatMap(Object.keys))).toEqual(
      new Set(['intValue', 'doubleValue']),
    )
  })

  test('the envelope is that of the captures', () => {
    for (const { record, name, expected } of events) {
      expect(Object.keys(record)).toEqual(['timeUnixNano', 'observedTimeUnixNano', 'body', 'attributes'])
      expect(record.body).toEqual({ stringValue: `claude_code.${name}` })
      expect(record.timeUnixNano).toMatch(/^\d{13}000000$/)
      expect(Object.keys(expected.attributes)).toEqual(
        expect.arrayContaining([...common, 'event.name', 'event.timestamp', 'event.sequence']),
      )
      expect(expected.scopeName).toBe('com.anthropic.claude_code.events')
    }
    for (const point of points) expect(Object.keys(point.attributes)).toEqual(expect.arrayContaining(common))
  })

  test('event.sequence counts from 0 without a gap, in the order of time', () => {
    for (const each of forty) {
      expect(each.events.map(({ expected }) => Number(expected.attributes['event.sequence']))).toEqual(
        each.events.map((_, index) => index),
      )
      expect(each.events.map(({ atMs }) => atMs)).toEqual(each.events.map(({ atMs }) => atMs).sort((a, b) => a - b))
    }
  })

  test('tool results and decisions come in pairs of one tool_use_id, after the decision was to accept', () => {
    const results = values('tool_result', 'tool_use_id').map(renderValue)
    const decisions = events.filter(({ name }) => name === 'tool_decision').map(({ expected }) => expected.attributes)
    const accepted = decisions
      .filter((attributes) => attributes.decision === 'accept')
      .map((attributes) => attributes.tool_use_id)
    expect([...results].sort()).toEqual([...accepted].sort())
    expect(decisions.length).toBeGreaterThan(accepted.length)
  })

  test('token and cost metrics add up to the api_request events, by model and type', () => {
    for (const each of forty) {
      const requests = each.events
        .filter(({ name }) => name === 'api_request')
        .map(({ expected }) => expected.attributes)
      const sums = each.metrics.flatMap(({ expected }) => expected)
      for (const model of new Set(requests.map((request) => request.model))) {
        const eventSum = (key: string) =>
          requests.filter((request) => request.model === model).reduce((sum, request) => sum + Number(request[key]), 0)
        const metricSum = (matches: (point: ExpectedPoint) => boolean) =>
          sums
            .filter((point) => point.attributes.model === model && matches(point))
            .reduce((sum, { value }) => sum + value, 0)
        for (const [type, key] of Object.entries(tokenKeys)) {
          expect(
            metricSum(({ name, attributes }) => name === 'claude_code.token.usage' && attributes.type === type),
          ).toBe(eventSum(key))
        }
        expect(metricSum(({ name }) => name === 'claude_code.cost.usage')).toBeCloseTo(eventSum('cost_usd'), 9)
        expect(eventSum('cost_usd_micros') / 1e6).toBeCloseTo(eventSum('cost_usd'), 9)
      }
    }
  })
})

test.each(allProfiles)(
  '$name: what is expected has the keys that were sent, and without private text the same values',
  (profile) => {
    for (let index = 0; index < 20; index += 1) {
      const { events: plain, planted } = session({ index, profile, planting: 'none' })
      expect(planted).toEqual([])
      for (const { record, expected } of plain) {
        expect(expected.fate).toBe('store')
        expect(expected.attributes).toEqual(
          Object.fromEntries((record.attributes ?? []).map(({ key, value }) => [key, renderValue(value)])),
        )
      }
    }
  },
)

test('old versions send every number of an event as a string and have no assistant_response', () => {
  const old = Array.from({ length: 20 }, (_, index) =>
    session({ index, profile: versionProfiles['<=2.1.121'] }),
  ).flatMap((each) => each.events)
  const kinds = new Set(
    old.flatMap(({ record }) => (record.attributes ?? []).flatMap(({ value }) => Object.keys(value))),
  )
  expect([...kinds].sort()).toEqual(['boolValue', 'stringValue'])
  expect(old.some(({ name }) => name === 'assistant_response')).toBe(false)
})

test('only the newest versions have prompt_text and ttft_ms', () => {
  const keys = (profile: SessionOptions['profile']) =>
    new Set(session({ profile, content: 'on' }).events.flatMap(({ expected }) => Object.keys(expected.attributes)))
  expect([...keys(newest)]).toEqual(expect.arrayContaining(['prompt_text', 'ttft_ms']))
  expect([...keys(versionProfiles['2.1.193-286'])]).not.toContain('prompt_text')
  expect([...keys(versionProfiles['2.1.193-286'])]).not.toContain('ttft_ms')
})

test('a long context is named on metrics and not on events', () => {
  const { events: plain, metrics } = session({ longContext: true })
  const [cost] = metrics.flatMap(({ expected }) => expected).filter(({ name }) => name === 'claude_code.cost.usage')
  const [request] = plain.filter(({ name }) => name === 'api_request')
  expect(cost?.attributes.model).toBe(`${String(request?.expected.attributes.model)}[1m]`)
})
