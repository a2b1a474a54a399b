// The queries that people run, each held to what was worked out by hand from the recordings.
import { messageOf } from '../../core/errors.ts'
import { captureNames, loadCapture } from '../../generators/captures.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { catalogue } from '../../harness/judge/catalogue/catalogue.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { queryNames, runQuery } from '../../stack/query/query.ts'
import { utcTime } from '../../stack/query/window.ts'

// The recording tools-grpc, read off by hand. Sequence 5 read a file below /secret/: the policy leaves it out.
const TRACE = [
  [0, 'user_prompt', null, null, null, null],
  [1, 'tool_decision', 'Bash', null, null, null],
  [2, 'api_request', null, null, 73, 0.00922],
  [3, 'tool_result', 'Bash', true, 47, null],
  [4, 'tool_decision', 'Read', null, null, null],
  [6, 'tool_decision', 'Write', null, null, null],
  [7, 'tool_result', 'Write', true, 9, null],
  [8, 'api_request', null, null, 22, 0.01021],
  [9, 'tool_decision', 'Edit', null, null, null],
  [10, 'tool_result', 'Edit', true, 7, null],
  [11, 'tool_decision', 'Grep', null, null, null],
  [12, 'tool_result', 'Grep', true, 8, null],
  [13, 'api_request', null, null, 17, 0.01087],
  [14, 'assistant_response', null, null, null, null],
]

/** Requests of the recordings that were answered. */
const REQUESTS = 52

const DAYS_MS = 30 * 86_400_000
const A_MONTH_MS = 31 * 86_400_000

interface Window {
  readonly from: string
  readonly to: string
}

/** What a query is asked over: the recordings, just stored. */
interface Recordings {
  /** The 30 days until the run's clock. */
  readonly now: Window
  readonly aMonthLater: Window
  readonly aMonthBefore: Window
  /** The session of each recording. */
  readonly sessions: Readonly<Record<string, string>>
}

type Row = Readonly<Record<string, unknown>>

interface QueryProof {
  /** The file's name without its ending. */
  readonly query: string
  readonly what: string
  readonly parameters: (recordings: Recordings) => Readonly<Record<string, string>>
  /** What of a row is compared; all of it when absent. */
  readonly shown?: (row: Row) => unknown
  readonly expected: (recordings: Recordings) => readonly unknown[]
}

/** Every query of stack/clickhouse/queries has a row here, or an oracle in harness/judge/catalogue. */
export const queryProofs: readonly QueryProof[] = [
  {
    query: 'cost-by-chapter',
    what: 'cost by chapter',
    parameters: ({ now }) => ({ ...now }),
    shown: (row) => [row.chapter_id, Number(row.cost_usd).toFixed(5), row.requests],
    expected: () => [['12', '0.75829', REQUESTS]],
  },
  ...outsideItsTime('cost-by-chapter', 'cost by chapter'),
  {
    query: 'error-patterns',
    what: 'error patterns',
    parameters: ({ now }) => ({ ...now }),
    shown: (row) => [row.error_type, row.occurrences, row.sessions, row.affected_sessions],
    expected: ({ sessions }) => [['invalid_request', 1, 1, [sessions['api-error'] ?? '']]],
  },
  ...outsideItsTime('error-patterns', 'error patterns'),
  {
    query: 'session-trace',
    what: 'trace of one session',
    parameters: ({ sessions }) => ({ session: sessions['tools-grpc'] ?? '' }),
    shown: (row) => [row.sequence, row.event_type, row.tool_name, row.success, row.duration_ms, row.cost_usd],
    expected: () => TRACE,
  },
]

/** A query over 30 days shows nothing when all recordings are older than these, and nothing when all are later. */
function outsideItsTime(query: string, what: string): readonly QueryProof[] {
  return [
    {
      query,
      what: `${what} a month later`,
      parameters: ({ aMonthLater }) => ({ ...aMonthLater }),
      expected: () => [],
    },
    {
      query,
      what: `${what} a month before`,
      parameters: ({ aMonthBefore }) => ({ ...aMonthBefore }),
      expected: () => [],
    },
  ]
}

export const queries: Definition = {
  name: 'queries',
  title: 'returns for every query what was worked out by hand from the recordings',
  requirements: ['R7', 'R8'],
  run: async (context) => {
    // A stack of its own: these queries look at all that is there.
    const stack = await context.ownStack()
    return runExperiment(context, { mark: 'queries' }, (experiment) => prove(context, experiment), stack)
  },
}

/** The quickest look at all of them: that they are answered at all. */
export const queriesAnswered: Definition = {
  name: 'queries-answered',
  title: 'answers every query that there is',
  requirements: ['R7', 'R8'],
  profile: 'smoke',
  run: (context) =>
    runExperiment(context, { mark: 'queries-answered' }, async (experiment) => {
      for (const name of await queryNames(context.stackDirectory)) {
        const parameters = { from: utcTime(0), to: utcTime(context.startMs), session: 'none' }
        const answer = await runQuery(experiment.database, context.stackDirectory, name, parameters).then(
          () => 'rows',
          messageOf,
        )
        experiment.check('query', name, { actual: answer, expected: 'rows' })
      }
    }),
}

async function prove(context: Context, experiment: Experiment): Promise<void> {
  const recordings = await sendRecordings(context, experiment)
  const { stackDirectory } = context
  for (const { query, what, parameters, shown = (row: Row) => row, expected } of queryProofs) {
    const rows = await runQuery<Row>(experiment.database, stackDirectory, query, parameters(recordings))
    experiment.check('query', what, { actual: rows.map(shown), expected: expected(recordings) })
  }
  const proven = new Set([...queryProofs.map(({ query }) => query), ...Object.keys(catalogue)])
  experiment.check('query', 'queries that nothing proves', {
    actual: (await queryNames(stackDirectory)).filter((name) => !proven.has(name)),
    expected: [],
  })
}

async function sendRecordings(context: Context, experiment: Experiment): Promise<Recordings> {
  await using emitter = replay(experiment.stack, 'grpc')
  const sessions: Record<string, string> = {}
  for (const name of captureNames) {
    const load = await loadCapture(name, { shiftToMs: context.dataStartMs, seed: context.seed })
    sessions[name] = load.sessionIds[0] ?? ''
    await experiment.sendLoad(emitter, load)
  }
  await experiment.drain()
  const until = (to: number): Window => ({ from: utcTime(to - DAYS_MS), to: utcTime(to) })
  const now = context.startMs
  return { sessions, now: until(now), aMonthLater: until(now + A_MONTH_MS), aMonthBefore: until(now - A_MONTH_MS) }
}
