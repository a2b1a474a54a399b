// The fault *acknowledgement lost*: ClickHouse has committed an insert, its answer never arrives, so the collector inserts again.

import fc from 'fast-check'
import { z } from 'zod'
import { sleep } from '../../../core/clock.ts'
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import { connect, type Database } from '../../../stack/clickhouse/database.ts'
import type { Stack } from '../../../stack/runtime/runtime.ts'
import { defineFault, type Fault, type Injected } from '../fault.ts'
import { proxyOf } from '../links/links.ts'
import { addToxic, removeToxic } from '../toxics/toxiproxy.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    'ack-lost': { readonly stage: 'collector-clickhouse'; readonly parameters: { readonly windowMs?: number } }
  }
}

/** Long enough for a machine that stands still for a moment: what is acknowledged before the way is closed was no loss. */
const DEFAULT_WINDOW_MS = 2_000
const POLL_MS = 2
const INSERT_TIMEOUT_MS = 20_000
const AGAIN_TIMEOUT_MS = 20_000
/** `received_at` is in milliseconds, and the clock that is compared with it may have ticked a moment before. */
const SAME_MOMENT = 'INTERVAL 5 MILLISECOND'

/** What was committed without an acknowledgement, by when ClickHouse received it. */
interface Committed {
  readonly since: string
  readonly until: string
  readonly records: number
  /** Further copies of them that were there already. */
  readonly surplus: number
}

export const kind = defineFault({
  kind: 'ack-lost',
  stages: ['collector-clickhouse'],
  profile: 'full',
  parameters: z.strictObject({ windowMs: z.number().min(0).exactOptional() }),
  // The fault is one insert, not a state: the suite *faults* has a scenario for it.
  cases: [],
  random: { weight: 1, faults: fc.constant(ackLost({ windowMs: 800 })) },
  // The load must meet it: the test of faults on a real stack sends one.
  trials: [],
  inject: ({ parameters }, { stack }) => loseAcknowledgement(stack, parameters.windowMs ?? DEFAULT_WINDOW_MS),
})

function ackLost(parameters: Fault<'ack-lost'>['parameters']): Fault<'ack-lost'> {
  return { kind: 'ack-lost', stage: 'collector-clickhouse', parameters }
}

/**
 * Waits for the next insert of log records, loses its acknowledgement once, and leaves the link whole again.
 *
 * An insert is a question (answered by an empty block that shows the columns) and then the data (answered when all is committed).
 * So the way to ClickHouse is slowed down; once the question is there and the data still on its way, the way back is closed.
 * @param windowMs how long the insert's data is held back on the way, for the answers' way to be closed meanwhile
 */
async function loseAcknowledgement(stack: Stack, windowMs: number): Promise<Injected> {
  const abort = new AbortController()
  const proxy = await proxyOf(stack, 'clickhouse')
  // The copies are the evidence: until it is read, ClickHouse must not merge them away.
  await merges(stack, 'STOP')
  const slow = await addToxic(proxy, {
    type: 'latency',
    stream: 'upstream',
    attributes: { latency: windowMs, jitter: 0 },
  })
  const lost = waitForInsert(stack, abort.signal).finally(() => removeToxic(proxy, slow))
  // A rejection surfaces in effect(); this avoids an unhandled one when that is never called.
  lost.catch(() => {})
  let committed: Committed | undefined
  return {
    heal: async () => {
      abort.abort()
      await lost.catch(() => {})
      await merges(stack, 'START')
    },
    effect: async () => {
      committed ??= await within(lost, INSERT_TIMEOUT_MS)
      return committed && effectOf(stack, committed)
    },
  }
}

async function merges(stack: Stack, what: 'START' | 'STOP'): Promise<void> {
  await using database = connect(stack, 'admin')
  await database.run(`SYSTEM ${what} MERGES telemetry.log_records`)
}

async function waitForInsert(stack: Stack, signal: AbortSignal): Promise<Committed> {
  await using database = connect(stack, 'admin')
  const proxy = await proxyOf(stack, 'clickhouse')
  for (;;) {
    const waiting = await poll('an insert on its way', signal, async () => {
      const { inserts } = await look(database)
      return inserts.length > 0 && inserts
    })
    const closed = await addToxic(proxy, { type: 'timeout', stream: 'downstream', attributes: { timeout: 0 } })
    try {
      // What is committed from here on has no way to say so.
      const before = await look(database)
      const after = await poll('the end of the insert', signal, async () => {
        const now = await look(database)
        return waiting.some((id) => !now.inserts.includes(id)) && now
      })
      if (after.stored > before.stored) {
        const { time: since } = before
        // Looked at again: that look may have begun before the insert had come to its end.
        const { time: end } = await look(database)
        return { since, until: end, ...(await count(database, since, end)) }
      }
    } finally {
      // Removing it closes the connections whose answers it swallowed: the collector is not told, and asks again.
      await removeToxic(proxy, closed)
    }
  }
}

async function look(database: Database): Promise<{ inserts: string[]; stored: number; time: string }> {
  const [row] = await database.rows<{ inserts: string[]; stored: number; time: string }>(
    `SELECT (SELECT groupArray(query_id) FROM system.processes
             WHERE query_kind = 'Insert' AND user = 'ingest' AND query ILIKE '%landing_logs%') AS inserts,
            (SELECT count() FROM logs_raw) AS stored, toString(now64(3)) AS time`,
  )
  if (!row) throw new UserError('ClickHouse answered a look at its inserts with no row')
  return row
}

/** How many records were received then, and how many further copies of them the table holds, while nothing merges them. */
async function count(database: Database, since: string, until: string): Promise<Omit<Committed, 'since' | 'until'>> {
  const [row] = await database.rows<{ records: number; surplus: number }>(
    `SELECT count() AS records, sum(copies) - count() AS surplus FROM (
       SELECT count() AS copies FROM logs_raw
       WHERE event_id IN (SELECT event_id FROM logs_raw
                          WHERE received_at BETWEEN {since:DateTime64(3)} - ${SAME_MOMENT} AND {until:DateTime64(3)})
       GROUP BY event_id)`,
    { since, until },
  )
  return row ?? { records: 0, surplus: 0 }
}

/** Waits for the collector to insert them again: that is the effect. */
async function effectOf(stack: Stack, { since, until: end, records, surplus }: Committed): Promise<string | undefined> {
  await using database = connect(stack, 'admin')
  const again = await until(
    'the second insert',
    async () => {
      const more = (await count(database, since, end)).surplus - surplus
      return more > 0 && more
    },
    { timeoutMs: AGAIN_TIMEOUT_MS },
  ).catch(() => undefined)
  if (again === undefined) return undefined
  return `clickhouse: the answer to an insert of ${records} records was swallowed; ${again} further copies were stored since`
}

function poll<T>(what: string, signal: AbortSignal, check: () => Promise<T | false>): Promise<T> {
  return until(what, check, { timeoutMs: Number.POSITIVE_INFINITY, intervalMs: POLL_MS, signal })
}

/** Undefined when it does not come in time. @throws what the promise is rejected with */
async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const timer = new AbortController()
  try {
    return await Promise.race([promise, sleep(timeoutMs, timer.signal).then(() => undefined)])
  } finally {
    timer.abort()
  }
}
