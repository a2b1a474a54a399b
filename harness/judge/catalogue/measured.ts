// The oracle's answers from counters: edit acceptance, active time, commits, and whether events and counters agree (completeness).
import { type Answer, costOf, counted, requestsAsked, scaledCost, total } from './costs.ts'
import { type Increment, incrementsOf } from './counters.ts'
import { type Event, inWindow, isMeant } from './events.ts'
import { groups, inOrder, percent, type Ranked, usd } from './rows.ts'
import type { Asked, Delivered } from './sent.ts'
import { distinct, microsOf, nanoDollars, sum, WHOLE } from './values.ts'

/** In millionths of a dollar. */
const A_CENT = 10_000

function pointsAsked(sent: Delivered, asked: Asked, ...metrics: readonly string[]): Increment[] {
  return incrementsOf(sent).filter(
    (point) => metrics.includes(point.metric) && inWindow(point, asked) && isMeant(point, asked),
  )
}

export const editAcceptance: Answer = (sent, asked) => {
  const points = pointsAsked(sent, asked, 'code_edit_tool.decision')
  return inOrder(
    groups(points, ({ tool, language }) => JSON.stringify([tool, language])).map(([, all]): Ranked => {
      const { tool = null, language = null } = all[0] ?? {}
      const accepted = total(all.filter(({ decision }) => decision === 'accept'))
      const rejected = total(all.filter(({ decision }) => decision === 'reject'))
      const accepted_percent = percent(millionths(accepted), millionths(accepted) + millionths(rejected))
      return {
        rank: [-(accepted + rejected), tool, language],
        row: { tool_name: tool, language, accepted, rejected, accepted_percent },
      }
    }),
  )
}

export const activeTime: Answer = (sent, asked) => {
  const points = pointsAsked(sent, asked, 'active_time.total')
  return inOrder(
    groups(points, ({ user }) => user).map(([user, all]) => ({
      rank: [-total(all), user],
      row: {
        user_id: user,
        user_seconds: total(all.filter(({ type }) => type === 'user')),
        cli_seconds: total(all.filter(({ type }) => type === 'cli')),
        seconds: total(all),
      },
    })),
  )
}

function millionths(value: number): bigint {
  return BigInt(Math.round(value * 1e6))
}

/** Requests and points of each key that any of them has. */
function together(
  requests: readonly Event[],
  points: readonly Increment[],
  keyOf: (item: Event | Increment) => string | null,
): { key: string | null; requests: Event[]; points: Increment[] }[] {
  return [...new Set([...requests, ...points].map(keyOf))].map((key) => ({
    key,
    requests: requests.filter((request) => keyOf(request) === key),
    points: points.filter((point) => keyOf(point) === key),
  }))
}

export const commits: Answer = (sent, asked) => {
  const points = pointsAsked(sent, asked, 'commit.count', 'pull_request.count')
  return inOrder(
    together(requestsAsked(sent, asked), points, ({ branch }) => branch).map(({ key, requests, points: own }) => {
      const cost = scaledCost(requests)
      const [made, pulls] = [counted(own, 'commit.count'), counted(own, 'pull_request.count')]
      const row = {
        git_branch: key,
        commits: made,
        pull_requests: pulls,
        cost_usd: usd(cost),
        usd_per_commit: made === 0 ? null : usd(cost, made),
        usd_per_pull_request: pulls === 0 ? null : usd(cost, pulls),
      }
      return { rank: [-microsOf(cost), key], row }
    }),
  )
}

export const completeness: Answer = (sent, asked) => {
  const points = pointsAsked(sent, asked, 'cost.usage', 'token.usage')
  const all = requestsAsked(sent, asked)
  const sampled = all.some(({ weight }) => weight > WHOLE)
  const rows = together(all, points, ({ session }) => session).map((each): Ranked => {
    const { requests } = each
    const cost = costOf(requests)
    const metricCost = sum(each.points.map((point) => (point.metric === 'cost.usage' ? nanoDollars(point.adds) : null)))
    const tokens = sum(requests.flatMap((event) => [event.input, event.output, event.cacheRead, event.cacheCreation]))
    const metricTokens = Math.round(counted(each.points, 'token.usage'))
    const difference = microsOf(cost - metricCost)
    const row = {
      session_id: each.key,
      requests: requests.length,
      request_ids: distinct(requests.map(({ requestId }) => requestId)).length,
      cost_usd: usd(cost),
      metric_cost_usd: usd(metricCost),
      difference_usd: usd(cost - metricCost),
      tokens,
      metric_tokens: metricTokens,
      difference_tokens: Number(tokens) - metricTokens,
      reading: readingOf(
        [Number(microsOf(cost)), Number(microsOf(metricCost))],
        [Number(tokens), metricTokens],
        sampled,
      ),
    }
    return { rank: [difference < 0n ? difference : -difference, each.key], row }
  })
  return inOrder(rows, asked.top)
}

type Pair = readonly [events: number, metrics: number]

/** In whole millionths and tokens, so that what is at the edge is exactly there. */
function readingOf(cost: Pair, tokens: Pair, sampled: boolean): string {
  const costLess = metricsLess(cost, A_CENT)
  const tokensLess = metricsLess(tokens, 0)
  if (costLess === 0 && tokensLess === 0) return 'agree'
  const [events, metrics] = [0, 1].map((at) => cost[at] !== 0 || tokens[at] !== 0)
  if (events && !metrics) return 'no metrics'
  if (metrics && !events) return sampled ? 'no events, perhaps sampled out' : 'no events'
  return costLess > 0 || tokensLess > 0 ? 'metrics are less' : 'events are less'
}

/** 1: the metrics are less by more than is allowed; -1: the events are; 0: neither. */
function metricsLess([events, metrics]: Pair, allowed: number): number {
  const tolerance = Math.max(allowed * 100, Math.max(events, metrics))
  return Math.abs(events - metrics) * 100 <= tolerance ? 0 : Math.sign(events - metrics)
}
