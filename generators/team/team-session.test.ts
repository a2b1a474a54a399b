import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Session } from '../sessions/session.ts'
import { burstsOf } from './bursts.ts'
import { plansOf } from './parts.ts'
import { readPreset } from './preset.ts'
import { teamPlayer } from './team-session.ts'

const preset = await readPreset('team-week')
const startMs = Date.parse('2026-01-05T00:00:00Z')
const TOKENS = {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: 'cache_read_tokens',
  cacheCreation: 'cache_creation_tokens',
}

/** Two days of a seed, or as many as are wanted. */
function sessionsOf(seed: number, days = 2): Session[] {
  const options = { preset: { ...preset, days }, seed, startMs }
  return plansOf(options).map(teamPlayer(options))
}

const eventsNamed = (session: Session, name: string) => session.events.filter((event) => event.name === name)
const points = (session: Session, name: string) =>
  session.metrics.flatMap(({ expected }) => expected).filter((point) => point.name === `claude_code.${name}`)
const total = (values: readonly unknown[]) => values.reduce((sum: number, value) => sum + Number(value), 0)

test('whatever the seed, everything adds up inside a session', () => {
  fc.assert(
    fc.property(fc.nat(1e6), (seed) => {
      for (const session of sessionsOf(seed)) {
        const requests = eventsNamed(session, 'api_request').map(({ expected }) => expected.attributes)
        for (const [type, key] of Object.entries(TOKENS)) {
          const counted = points(session, 'token.usage').filter(({ attributes }) => attributes.type === type)
          expect(total(counted.map(({ value }) => value))).toBe(total(requests.map((request) => request[key])))
        }
        const cost = total(points(session, 'cost.usage').map(({ value }) => value))
        expect(cost).toBeCloseTo(total(requests.map(({ cost_usd }) => cost_usd)), 6)
        for (const { cost_usd, cost_usd_micros } of requests)
          expect(Number(cost_usd) * 1e6).toBeCloseTo(Number(cost_usd_micros), 3)
        // A tool runs when it was decided on, once, and not before.
        const decided = new Map(
          eventsNamed(session, 'tool_decision').map(({ atMs, expected: { attributes } }) => [
            attributes.tool_use_id,
            { atMs, decision: attributes.decision },
          ]),
        )
        const results = eventsNamed(session, 'tool_result')
        expect(new Set(results.map(({ expected }) => expected.attributes.tool_use_id)).size).toBe(results.length)
        for (const { atMs, expected } of results) {
          const decision = decided.get(expected.attributes.tool_use_id)
          expect(decision?.decision).toBe('accept')
          expect(decision?.atMs).toBeLessThanOrEqual(atMs)
        }
        const accepted = [...decided.values()].filter(({ decision }) => decision === 'accept')
        expect(results).toHaveLength(accepted.length)
        expect(session.events.map(({ record }) => Number(record.timeUnixNano))).toEqual(
          session.events.map(({ record }) => Number(record.timeUnixNano)).toSorted((a, b) => a - b),
        )
      }
    }),
    { numRuns: 12 },
  )
})

test('a sub-agent reports the sums of its own requests and tools', () => {
  const reports = sessionsOf(3, 7).flatMap((session) =>
    eventsNamed(session, 'subagent_completed').map((report) => ({ session, report: report.expected.attributes })),
  )
  const own = reports.filter(({ session, report }) => {
    const requests = eventsNamed(session, 'api_request')
      .map(({ expected }) => expected.attributes)
      .filter(({ query_source }) => query_source === `agent:builtin:${String(report.agent_type)}`)
    const all = total(requests.flatMap((request) => Object.values(TOKENS).map((key) => request[key])))
    return all === Number(report.total_tokens)
  })
  // Where a session has two of one kind, each has a part of the requests.
  expect(own.length).toBeGreaterThan(reports.length / 3)
})

test('sessions differ by far: most are short, few are very long, and so are prompts', () => {
  const sessions = sessionsOf(5, 7)
  const sizes = sessions.map(({ events }) => events.length).toSorted((a, b) => a - b)
  const at = (p: number) => sizes[Math.floor(p * (sizes.length - 1))] ?? 0
  expect(at(0.99)).toBeGreaterThan(5 * at(0.5))
  const prompts = sessions.flatMap((session) =>
    eventsNamed(session, 'user_prompt').map(({ expected }) => Number(expected.attributes.prompt_length)),
  )
  expect(Math.max(...prompts)).toBeGreaterThan(4000)
  expect(Math.min(...prompts)).toBeLessThan(100)
})

test('a conversation is read from the cache until it has rested', () => {
  const requests = sessionsOf(6, 7).flatMap((session) =>
    eventsNamed(session, 'api_request')
      .filter(({ expected }) => /^(?:sdk|repl_main_thread)$/.test(String(expected.attributes.query_source)))
      .map(({ atMs, expected }, index, all) => ({
        restedMs: atMs - (all[index - 1]?.atMs ?? Number.NEGATIVE_INFINITY),
        read: Number(expected.attributes.cache_read_tokens),
      })),
  )
  const rested = requests.filter(({ restedMs }) => restedMs > preset.request.cache_seconds * 1000)
  const fresh = requests.filter(({ restedMs }) => restedMs <= preset.request.cache_seconds * 1000)
  expect(rested.every(({ read }) => read === 0)).toBe(true)
  expect(fresh.every(({ read }) => read > 0)).toBe(true)
  expect(rested.length).toBeGreaterThan(10)
})

test('errors come in bursts, for everybody at once', () => {
  const inBurst = burstsOf(preset, 2)
  const events = sessionsOf(2, 7).flatMap((session) => session.events)
  const failed = (burst: boolean) => {
    const requests = events.filter(({ name, atMs }) => /^api_(?:request|error)$/.test(name) && inBurst(atMs) === burst)
    return requests.filter(({ name }) => name === 'api_error').length / requests.length
  }
  expect(failed(true)).toBeGreaterThan(0.25)
  expect(failed(false)).toBeLessThan(0.06)
})

test('a tool is decided on when the model has answered', () => {
  for (const { events } of sessionsOf(7, 7))
    for (const [index, { name, atMs }] of events.entries()) {
      if (name !== 'tool_decision') continue
      // The request that asked for it is the next one that is reported.
      const request = events.slice(index).find((event) => event.name === 'api_request')
      const beganMs = (request?.atMs ?? 0) - Number(request?.expected.attributes.duration_ms)
      expect(request?.atMs).toBeGreaterThanOrEqual(atMs)
      expect(beganMs).toBeLessThanOrEqual(atMs)
    }
})

test('nothing more happens to a prompt of which the client gave up', () => {
  let given = 0
  for (const { events } of [2, 7, 11].flatMap((seed) => sessionsOf(seed, 7)))
    for (const [index, { name, expected }] of events.entries()) {
      if (name !== 'api_retries_exhausted') continue
      const prompt = expected.attributes['prompt.id']
      const ofPrompt = (event: (typeof events)[number] | undefined) =>
        event?.expected.attributes['prompt.id'] === prompt
      // Those that come by chance come before the work on the prompt, and stop nothing.
      const worked = events
        .slice(0, index)
        .some(
          (event) =>
            ofPrompt(event) &&
            /^(?:sdk|repl_main_thread)$/.test(String(event.expected.attributes.query_source)) &&
            event.name === 'api_request',
        )
      if (!worked) continue
      given += 1
      expect(ofPrompt(events[index + 1])).toBe(false)
    }
  expect(given).toBeGreaterThan(0)
})

test('nobody is active for longer than the session lasts, and only scripts have no terminal', () => {
  for (const session of sessionsOf(8, 7)) {
    const activeMs =
      1000 *
      total(
        points(session, 'active_time.total')
          .filter(({ attributes }) => attributes.type === 'cli')
          .map(({ value }) => value),
      )
    expect(activeMs).toBeLessThanOrEqual(session.endMs - session.startMs + 1)
    const sources = new Set(eventsNamed(session, 'api_request').map(({ expected }) => expected.attributes.query_source))
    const terminals = new Set(session.events.map(({ expected }) => expected.attributes['terminal.type']))
    expect(terminals.size).toBe(1)
    if (terminals.has('non-interactive')) expect(sources.has('repl_main_thread')).toBe(false)
  }
})
