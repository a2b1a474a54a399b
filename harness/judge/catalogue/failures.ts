// The oracle's answers about what went well and what not: error patterns, retries, tools.
import { type Answer, eventsAsked, scaledCountOf } from './costs.ts'
import type { Event } from './events.ts'
import { groups, inOrder, percent } from './rows.ts'
import { distinct, largest, scaledCount, scaledSum, sum } from './values.ts'

const AFFECTED_SESSIONS = 10
const ATTEMPTS = ['api_request', 'api_error', 'api_retries_exhausted', 'api_refusal']

export const errorPatterns: Answer = (sent, asked) => {
  const errors = eventsAsked(sent, asked).filter(({ type }) => type === 'api_error')
  const rows = groups(errors, ({ errorType }) => errorType).map(([errorType, all]) => {
    const sessions = distinct(all.map(({ session }) => session))
    const times = all.map(({ timeNs }) => timeNs).sort((a, b) => (a < b ? -1 : 1))
    const row = {
      error_type: errorType,
      occurrences: scaledCount(all),
      models: distinct(all.map(({ model }) => model)),
      sessions: sessions.length,
      affected_sessions: sessions.slice(0, AFFECTED_SESSIONS),
      first_seen: { timeNs: times[0] ?? 0n },
      last_seen: { timeNs: times.at(-1) ?? 0n },
    }
    return { rank: [-scaledCount(all), errorType], row }
  })
  return inOrder(rows, asked.top)
}

export const retries: Answer = (sent, asked) => {
  const attempts = eventsAsked(sent, asked).filter(({ type }) => ATTEMPTS.includes(type))
  return inOrder(
    groups(attempts, ({ model }) => model).map(([model, all]) => {
      const [requests, errors] = [scaledCountOf(all, 'api_request'), scaledCountOf(all, 'api_error')]
      const row = {
        model,
        requests,
        errors,
        highest_attempt: largest(all.filter(({ type }) => type === 'api_error').map(({ attempt }) => attempt)),
        exhausted: scaledCountOf(all, 'api_retries_exhausted'),
        refusals: scaledCountOf(all, 'api_refusal'),
        errors_percent: percent(errors, requests + errors),
      }
      return { rank: [-errors, model], row }
    }),
  )
}

export const tools: Answer = (sent, asked) => {
  const results = eventsAsked(sent, asked).filter(({ type }) => type === 'tool_result')
  return inOrder(
    groups(results, ({ tool }) => tool).map(([tool, all]) => {
      const [good = [], bad = []] = [true, false].map((wanted) => all.filter(({ success }) => success === wanted))
      const durations = durationsOf(all)
      const row = {
        tool_name: tool,
        calls: scaledCount(all),
        failures: scaledCount(bad),
        success_percent: percent(weightsOf(good), weightsOf(good) + weightsOf(bad)),
        p50_ms: atPercent(durations, 50),
        p95_ms: atPercent(durations, 95),
        max_ms: durations.at(-1) ?? null,
        result_bytes: scaledSum(all, ({ resultBytes }) => resultBytes),
      }
      return { rank: [-scaledCount(all), tool], row }
    }),
  )
}

function weightsOf(events: readonly Event[]): bigint {
  return sum(events.map(({ weight }) => weight))
}

function durationsOf(events: readonly Event[]): bigint[] {
  return events.flatMap(({ duration }) => (duration === null ? [] : [duration])).sort((a, b) => (a < b ? -1 : 1))
}

/** In whole numbers: 0.95 is none that a computer knows exactly. */
function atPercent(ascending: readonly bigint[], of100: number): bigint | null {
  return ascending[Math.floor((of100 * ascending.length) / 100)] ?? null
}
