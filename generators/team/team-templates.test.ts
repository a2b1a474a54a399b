import { beforeAll, expect, test } from 'vitest'
import { decodeRequest } from '../../core/otlp/codec.ts'
import { isLogsRequest } from '../../core/otlp/otlp.ts'
import type { RequestTemplate } from '../bulk/request-template.ts'
import type { Preset } from './preset.ts'
import { readPreset } from './preset.ts'
import { teamTemplates } from './team-templates.ts'

const options = { seed: 5, startMs: Date.parse('2026-01-05T00:00:00Z'), sessions: 12, events: 50 }
let preset: Preset
let templates: RequestTemplate[]
beforeAll(async () => {
  preset = await readPreset('team-week')
  templates = teamTemplates({ preset, ...options })
})

const namesOf = ({ expected }: RequestTemplate) => expected.map(({ attributes }) => attributes['event.name'])

test('are requests of as many sessions as wanted, none larger than wanted', () => {
  const sessions = new Set(templates.map(({ sessionPrefix }) => sessionPrefix))
  expect(sessions.size).toBeGreaterThanOrEqual(options.sessions - 2)
  expect(sessions.size).toBeLessThanOrEqual(options.sessions)
  for (const { expected } of templates) {
    expect(expected.length).toBeGreaterThan(0)
    expect(expected.length).toBeLessThanOrEqual(options.events)
  }
})

test('have the events of their session once each, in its order', () => {
  for (const prefix of new Set(templates.map(({ sessionPrefix }) => sessionPrefix))) {
    const parts = templates.filter(({ sessionPrefix }) => sessionPrefix === prefix)
    const numbers = parts.flatMap(({ expected }) =>
      expected.map(({ attributes }) => Number(attributes['event.sequence'])),
    )
    // A second process may have the same session.
    const processes = numbers.filter((number) => number === 0).length
    expect(new Set(numbers).size * processes).toBeGreaterThanOrEqual(numbers.length)
  }
})

test('are of the whole week, and of many kinds of events', () => {
  const days = new Set(
    templates.flatMap(({ expected }) => expected.map(({ timeUnixNano }) => timeUnixNano.slice(0, -14))),
  )
  expect(days.size).toBeGreaterThan(1)
  expect(new Set(templates.flatMap(namesOf)).size).toBeGreaterThan(6)
})

test('their copies are what they say: every record, with the copy’s own session', () => {
  for (const template of templates) {
    const request = decodeRequest('logs', template.request(77))
    if (!isLogsRequest(request)) throw new Error('no logs')
    const records = request.resourceLogs.flatMap(({ scopeLogs = [] }) =>
      scopeLogs.flatMap(({ logRecords = [] }) => logRecords),
    )
    expect(records).toHaveLength(template.expected.length)
    for (const { attributes = [] } of records)
      expect(attributes.find(({ key }) => key === 'session.id')?.value).toEqual({ stringValue: template.sessionId(77) })
  }
})

test('one seed makes the same ones, another seed others', () => {
  const again = teamTemplates({ preset, ...options })
  expect(again.map((each) => each.request(3).toString('base64'))).toEqual(
    templates.map((each) => each.request(3).toString('base64')),
  )
  const prefixes = new Set(templates.map(({ sessionPrefix }) => sessionPrefix))
  const others = teamTemplates({ preset, ...options, seed: 6 })
  expect(others.filter(({ sessionPrefix }) => prefixes.has(sessionPrefix))).toEqual([])
})
