// The oracle's answers about sessions, people and what was wrong: dearest and slowest sessions, a session's trace, silence, impossible times, the last line.
import { type Answer, costOf, count, eventsAsked } from './costs.ts'
import { type Event, eventsOf } from './events.ts'
import { groups, inOrder, type Ranked, usd } from './rows.ts'
import type { Asked, Delivered } from './sent.ts'
import { distinct, microsOf, scaledCount, wholeTimes } from './values.ts'

const SECOND_NS = 1_000_000_000n
const DAY_NS = 86_400n * SECOND_NS
const DAY_MS = 86_400_000
/** 2020-01-01 UTC */
const SENSIBLE_NS = 1_577_836_800n * SECOND_NS

function firstAndLast(events: readonly Event[]): [first: bigint, last: bigint] {
  const times = events.map(({ timeNs }) => timeNs).sort((a, b) => (a < b ? -1 : 1))
  return [times[0] ?? 0n, times.at(-1) ?? 0n]
}

function sessionsBy(rankOf: (cost: bigint, seconds: bigint) => bigint): Answer {
  return (sent: Delivered, asked: Asked) => {
    const rows = groups(eventsAsked(sent, asked), ({ session }) => session).flatMap(([session, events]): Ranked[] => {
      if (session === null) return []
      const [started, ended] = firstAndLast(events)
      const seconds = wholeTimes(ended - started, SECOND_NS)
      const cost = costOf(events)
      const row = {
        session_id: session,
        user_id: distinct(events.map(({ user }) => user))[0] ?? null,
        started: { timeNs: started },
        ended: { timeNs: ended },
        seconds,
        cost_usd: usd(cost),
        requests: count(events, 'api_request'),
        errors: count(events, 'api_error'),
        tool_calls: count(events, 'tool_result'),
      }
      return [{ rank: [-rankOf(microsOf(cost), seconds), session], row }]
    })
    return inOrder(rows, asked.top)
  }
}

export const dearestSessions = sessionsBy((cost) => cost)
export const slowestSessions = sessionsBy((_, seconds) => seconds)

/** Events of one time and sequence are in the order of their ids, which the oracle does not know: `compare.ts` leaves it open. */
export const sessionTrace: Answer = (sent, asked) => {
  const events = eventsOf(sent)
    .filter(({ session }) => session === asked.session)
    .map((event) => ({ rank: [event.timeNs, event.sequence], event }))
  const ordered = inOrder(events.map(({ rank }, at) => ({ rank, row: { at } }))).flatMap(({ at }) => {
    const event = events[Number(at)]?.event
    return event === undefined ? [] : [event]
  })
  const between = (from: bigint, to: bigint) => ({ lengthNs: to - from })
  return ordered.map((event, at) => {
    const before = ordered[at - 1]
    return {
      timestamp: { timeNs: event.timeNs },
      offset_ms: between(ordered[0]?.timeNs ?? event.timeNs, event.timeNs),
      gap_ms: before === undefined ? null : between(before.timeNs, event.timeNs),
      sequence: event.sequence,
      event_type: event.type,
      tool_name: event.tool,
      success: event.success,
      duration_ms: event.duration,
      model: event.model,
      cost_usd: event.cost === null ? null : usd(event.cost),
      error_type: event.errorType,
    }
  })
}

export const silence: Answer = (sent, asked) => {
  const rows = groups(eventsAsked(sent, asked), ({ user }) => user).map(([user, events]) => {
    const [, last] = firstAndLast(events)
    const days = wholeTimes(BigInt(asked.toMs) * 1_000_000n - last, DAY_NS)
    const row = { user_id: user, last_seen: { timeNs: last }, silent_days: days, events: scaledCount(events) }
    return { rank: [-days, user], row, days }
  })
  return inOrder(rows.filter(({ days }) => days >= BigInt(asked.days)))
}

export const impossibleTimes: Answer = (sent) => {
  const before2020 = ({ timeNs }: Event) => timeNs < SENSIBLE_NS
  const inTheFuture = ({ timeNs }: Event) => timeNs > BigInt(sent.arrivedMs) * 1_000_000n + DAY_NS
  const events = eventsOf(sent).filter((event) => before2020(event) || inTheFuture(event))
  return inOrder(
    groups(events, ({ type }) => type).map(([type, all]) => {
      const [earliest, latest] = firstAndLast(all)
      const row = {
        event_type: type,
        before_2020: all.filter(before2020).length,
        in_the_future: all.filter(inTheFuture).length,
        earliest: { timeNs: earliest },
        latest: { timeNs: latest },
      }
      return { rank: [type], row }
    }),
  )
}

/** By days of UTC: those of which any moment is in the window. */
export const lastLine: Answer = ({ lastLine: masked = [] }, asked) => {
  const dayOf = (ms: number) => Math.floor(ms / DAY_MS)
  const days = masked.filter(
    ({ arrivedMs }) => dayOf(arrivedMs) >= dayOf(asked.fromMs) && dayOf(arrivedMs) <= dayOf(asked.toMs - 1),
  )
  return inOrder(
    groups(days, ({ signal, rule }) => JSON.stringify([signal, rule])).map(([, all]) => {
      const { signal = '', rule = '' } = all[0] ?? {}
      return { rank: [-all.length, signal, rule], row: { signal, rule, records: all.length } }
    }),
  )
}
