// The oracle's answers about money: overview, cost by whatever, cache use, budget.

import { incrementsOf } from './counters.ts'
import { type Event, eventsOf, inWindow, isMeant } from './events.ts'
import { localDay, localMonth } from './local-time.ts'
import { type Cell, groups, inOrder, percent, type Row, usd, usdCell } from './rows.ts'
import type { Asked, Delivered } from './sent.ts'
import { distinct, microsOf, scaledCount, scaledSum, sum, wholeTimes } from './values.ts'

export type Answer = (sent: Delivered, asked: Asked) => Row[]

export function eventsAsked(sent: Delivered, asked: Asked): Event[] {
  return eventsOf(sent).filter((event) => inWindow(event, asked) && isMeant(event, asked))
}

export function requestsAsked(sent: Delivered, asked: Asked): Event[] {
  return eventsAsked(sent, asked).filter(({ type }) => type === 'api_request')
}

/** Of what is stored, as the queries by session tell it: of a session all is stored or nothing. */
export function costOf(events: readonly Event[]): bigint {
  return sum(events.filter(({ type }) => type === 'api_request').map(({ cost }) => cost))
}

/** Of all that was sent, as far as a share of the sessions tells. */
export function scaledCost(events: readonly Event[]): bigint {
  return scaledSum(
    events.filter(({ type }) => type === 'api_request'),
    ({ cost }) => cost,
  )
}

export function scaledCountOf(events: readonly Event[], type: string): bigint {
  return scaledCount(events.filter((event) => event.type === type))
}

export function count(events: readonly Event[], type: string): number {
  return events.filter((event) => event.type === type).length
}

/** What counters have counted, to a millionth. */
export function total(points: readonly { readonly adds: number }[]): number {
  return Math.round(points.reduce((all, { adds }) => all + adds, 0) * 1e6) / 1e6
}

/** What the counter has counted of these. */
export function counted(points: readonly { readonly metric: string; readonly adds: number }[], metric: string): number {
  return total(points.filter((point) => point.metric === metric))
}

function tokenColumns(requests: readonly Event[]): Record<string, Cell> {
  return {
    input_tokens: scaledSum(requests, ({ input }) => input),
    output_tokens: scaledSum(requests, ({ output }) => output),
    cache_read_tokens: scaledSum(requests, ({ cacheRead }) => cacheRead),
    cache_creation_tokens: scaledSum(requests, ({ cacheCreation }) => cacheCreation),
  }
}

function priced(requests: readonly Event[]): Record<string, Cell> {
  return {
    cost_usd: usd(scaledCost(requests)),
    requests: scaledCount(requests),
    unpriced: scaledCount(requests.filter(({ cost }) => cost === null)),
  }
}

function sessionsOf(events: readonly Event[]): number {
  return distinct(events.map(({ session }) => session)).length
}

export const overview: Answer = (sent, asked) => {
  const events = eventsAsked(sent, asked)
  const requests = requestsAsked(sent, asked)
  const points = incrementsOf(sent).filter((point) => inWindow(point, asked) && isMeant(point, asked))
  const tools = events.filter(({ type }) => type === 'tool_result')
  return [
    {
      ...priced(requests),
      sessions: sessionsOf(events),
      users: distinct(events.map(({ user }) => user)).length,
      ...tokenColumns(requests),
      errors: scaledCountOf(events, 'api_error'),
      tool_calls: scaledCount(tools),
      tool_failures: scaledCount(tools.filter(({ success }) => success === false)),
      commits: counted(points, 'commit.count'),
      pull_requests: counted(points, 'pull_request.count'),
      active_seconds: counted(points, 'active_time.total'),
    },
  ]
}

/** Cost by a column of the event; dearest first. */
export function costBy(column: string, keyOf: (event: Event) => string | null): Answer {
  return (sent, asked) =>
    inOrder(
      groups(requestsAsked(sent, asked), keyOf).map(([key, requests]) => ({
        rank: [-microsOf(scaledCost(requests)), key],
        row: { [column]: key, ...priced(requests), sessions: sessionsOf(requests), ...tokenColumns(requests) },
      })),
    )
}

export const costByDay: Answer = (sent, asked) => {
  const dayOf = ({ timeNs }: Event) => localDay(Number(wholeTimes(timeNs, 1_000_000n)), asked.tz)
  return costBy('day', dayOf)(sent, asked).sort((a, b) => (String(a.day) < String(b.day) ? -1 : 1))
}

export const cacheUse: Answer = (sent, asked) =>
  inOrder(
    groups(requestsAsked(sent, asked), ({ model }) => model).map(([model, requests]) => {
      const input = scaledSum(requests, (each) => each.input)
      const read = scaledSum(requests, (each) => each.cacheRead)
      const creation = scaledSum(requests, (each) => each.cacheCreation)
      return {
        rank: [-read, model],
        row: {
          model,
          requests: scaledCount(requests),
          input_tokens: input,
          cache_read_tokens: read,
          cache_creation_tokens: creation,
          read_percent: percent(read, input + read + creation),
        },
      }
    }),
  )

/** Of the month in which `to` lies. On its first moment nothing is forecast. */
export const budget: Answer = (sent, asked) => {
  const { firstDay, startMs, endMs } = localMonth(asked.toMs, asked.tz)
  const spent = scaledCost(requestsAsked(sent, { ...asked, fromMs: startMs }))
  const times = (endMs - startMs) / (asked.toMs - startMs)
  const forecast = (Number(spent) / 1e9) * times
  return [
    {
      month: firstDay,
      spent_usd: usd(spent),
      // Of what was spent to the last digit.
      forecast_usd: Number.isFinite(times) ? usdCell(forecast) : null,
      limit_usd: asked.limit,
      used_percent: asked.limit === 0 ? null : { percent: (Number(spent) / 1e9 / asked.limit) * 100 },
    },
  ]
}
