import { describe, expect, test } from 'vitest'
import type { StoredText } from '../batch.ts'
import { renderValue } from '../render.ts'
import { events, forty, points, session } from './testing/forty-sessions.ts'

// An expectation without the identities that are stored as hashes.
function literal({ attributes, resource }: { attributes: object; resource: object }): string[] {
  return [...Object.values(attributes), ...Object.values(resource)].filter((text) => typeof text === 'string')
}

describe('forty sessions', () => {
  test('no private text is expected to be stored, and every one of them was sent', () => {
    const stored = JSON.stringify(
      [...events.map(({ expected }) => expected), ...points].filter(({ fate }) => fate === 'store').map(literal),
    )
    for (const each of forty) {
      const sent = [...each.events.flatMap(({ record }) => record.attributes ?? []), ...each.resource]
        .map(({ value }) => renderValue(value))
        .join('\n')
      for (const text of each.planted) {
        expect(sent).toContain(text)
        expect(stored).not.toContain(JSON.stringify(text).slice(1, -1))
      }
    }
  })

  test('identities are hashed on records, data points and resources', () => {
    const hashed = (attributes: Readonly<Record<string, StoredText>>) =>
      Object.entries(attributes).filter(([, text]) => typeof text !== 'string')
    const keys = (parts: readonly Readonly<Record<string, StoredText>>[]) =>
      [...new Set(parts.flatMap(hashed).map(([key]) => key))].sort()
    expect(keys(events.map(({ expected }) => expected.attributes))).toEqual(['user.email', 'user.id', 'user.name'])
    expect(keys(points.map(({ attributes }) => attributes))).toEqual(['user.email', 'user.id', 'user.name'])
    expect(keys(events.map(({ expected }) => expected.resource))).toEqual(['user.email', 'user.id', 'user.name'])
    expect(events.some(({ expected }) => String(expected.attributes['user.email']).startsWith('sha256:'))).toBe(true)
  })

  test('private text stands in every text attribute, and paths exclude prompts, decisions and results', () => {
    const keysWithPrivateText = new Set(
      events.flatMap(({ record, expected }) =>
        (record.attributes ?? [])
          .filter(({ key, value }) => renderValue(value) !== expected.attributes[key])
          .map(({ key }) => key),
      ),
    )
    const texts = ['prompt', 'prompt_text', 'response', 'error', 'tool_parameters', 'tool_input']
    expect([...keysWithPrivateText]).toEqual(expect.arrayContaining(texts))
    const excluded = new Set(events.filter(({ expected }) => expected.fate === 'exclude').map(({ name }) => name))
    expect([...excluded].sort()).toEqual(['tool_decision', 'tool_result', 'user_prompt'])
  })
})

test('with the content gates off no text leaves the client', () => {
  const { events: gated } = session({ content: 'off', planting: 'dense', prompts: 4 })
  for (const { expected } of gated) {
    expect(expected.attributes.prompt ?? '<REDACTED>').toBe('<REDACTED>')
    for (const key of ['prompt_text', 'tool_input', 'tool_parameters'])
      expect(expected.attributes).not.toHaveProperty([key])
  }
})

test('a given context stands on everything; an e-mail address as user.id is hashed', () => {
  const context = {
    sessionId: 'shared',
    userId: 'alice@example.com',
    featureId: '017-usage',
    chapterNumber: '12',
    organizationId: 'acme',
    gitBranch: 'main',
  }
  const given = session({ context })
  const expected = {
    'session.id': 'shared',
    'user.id': { hashOf: 'alice@example.com' },
    'feature.id': '017-usage',
    'chapter.number': '12',
  }
  for (const event of given.events) expect(event.expected.attributes).toMatchObject(expected)
  expect(given.planted).toContain('alice@example.com')
})
