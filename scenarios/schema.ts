// Schema: typed columns, missing values, unknown attributes, versions of the client, and the queries people run.
import { join } from 'node:path'
import { seededUuid } from '../core/random.ts'
import { captureNames, loadCapture } from '../generators/captures.ts'
import { attributes, logsBatch } from '../generators/hand-made.ts'
import { allProfiles } from '../generators/profiles.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { replay, sdk } from '../harness/rigs/emitters.ts'
import type { Context, Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'
import { runQuery } from '../stack/clickhouse/query.ts'
import { migrate } from '../stack/runtime/migrate.ts'
import { schemaFiles } from '../stack/runtime/schema-files.ts'

/** The contract of telemetry_events: these columns with these types are what people's queries build on. */
const CONTRACT: Readonly<Record<string, string>> = {
  event_id: 'UUID',
  timestamp: "DateTime64(9, 'UTC')",
  event_type: 'LowCardinality(String)',
  session_id: 'Nullable(String)',
  user_id: 'Nullable(String)',
  organization_id: 'LowCardinality(Nullable(String))',
  chapter_id: 'LowCardinality(Nullable(String))',
  feature_id: 'LowCardinality(Nullable(String))',
  git_branch: 'LowCardinality(Nullable(String))',
  code_version: 'LowCardinality(Nullable(String))',
  prompt_length: 'Nullable(Int64)',
  prompt_tokens_estimated: 'Nullable(Int64)',
  model: 'LowCardinality(Nullable(String))',
  error_type: 'LowCardinality(Nullable(String))',
  tokens: 'Nullable(Int64)',
  cost_usd: 'Nullable(Float64)',
  duration_ms: 'Nullable(Int64)',
  tool_name: 'LowCardinality(Nullable(String))',
  success: 'Nullable(Bool)',
  attributes: 'Map(LowCardinality(String), String)',
}

// Worked out by hand from the captures: an error of each kind, with what error_type must say.
const ERRORS: readonly (readonly [status: string | undefined, error: string, errorType: string])[] = [
  ['400', 'bad', 'invalid_request'],
  ['401', 'no key', 'authentication'],
  ['403', 'no', 'permission'],
  ['404', 'what', 'not_found'],
  ['408', 'late', 'timeout'],
  ['413', 'much', 'request_too_large'],
  ['429', 'often', 'rate_limit'],
  ['500', 'oh', 'server_error'],
  ['503', 'oh', 'server_error'],
  ['529', 'busy', 'overloaded'],
  ['418', 'teapot', 'client_error'],
  [undefined, 'Request timed out.', 'timeout'],
  [undefined, 'Request was aborted.', 'aborted'],
  [undefined, 'Overloaded', 'overloaded'],
  [undefined, 'Connection error.', 'connection'],
  [undefined, 'something else', 'unknown'],
]

function error(context: Context, index: number, status: string | undefined, text: string) {
  const timeUnixNano = `${context.dataStartMs + index}000000`
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    body: { stringValue: 'claude_code.api_error' },
    attributes: attributes({
      'session.id': seededUuid(context.seed, 'errors'),
      'event.name': 'api_error',
      'event.sequence': { intValue: String(index) },
      error: text,
      ...(status === undefined ? {} : { status_code: { intValue: status } }),
    }),
  }
}

export const schema: Scenario[] = suite('schema', [
  {
    name: 'columns',
    title: 'telemetry_events has the columns and types that queries build on',
    requirements: ['R7'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'columns' }, async (experiment) => {
        const rows = await experiment.database.rows<{ name: string; type: string }>(
          "SELECT name, type FROM system.columns WHERE database = 'telemetry' AND table = 'telemetry_events'",
        )
        const types = new Map(rows.map(({ name, type }) => [name, type]))
        for (const [name, type] of Object.entries(CONTRACT))
          experiment.check('schema', `type of column ${name}`, { actual: types.get(name) ?? 'missing', expected: type })
        const versions = await experiment.database.rows<{ version: number }>(
          'SELECT version FROM schema_version FINAL ORDER BY version',
        )
        const files = await schemaFiles(join(context.stackDirectory, 'clickhouse/schema'))
        experiment.check('schema', 'schema files applied', {
          actual: versions.map(({ version }) => version),
          expected: files.map(({ version }) => version),
        })
      }),
  },
  {
    name: 'applied-twice',
    title: 'applying the schema again changes no row and loses none that arrive meanwhile',
    requirements: ['R2', 'R7'],
    run: (context) =>
      runExperiment(context, { mark: 'twice' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const load = sessionsLoad({ seed: context.seed, sessions: 6, startMs: context.dataStartMs, spreadMs: 1000 })
        const applied = migrate(join(context.stackDirectory, 'clickhouse/schema'), {
          url: experiment.stack.endpoints.clickhouseHttp,
          user: 'admin',
          password: experiment.stack.passwords.admin,
        })
        await experiment.sendLoad(emitter, load)
        await applied
      }),
  },
  {
    name: 'error-types',
    title: 'derives error_type from status and text as the table in the data model says',
    requirements: ['R7'],
    run: (context) =>
      runExperiment(context, { mark: 'errors' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/json')
        await experiment.sendBatches(emitter, [
          logsBatch(ERRORS.map(([status, text], index) => error(context, index, status, text))),
        ])
        await experiment.drain()
        const rows = await experiment.database.rows<{ error_type: string | null }>(
          'SELECT error_type FROM telemetry_events WHERE session_id = {session:String} ORDER BY sequence',
          { session: seededUuid(context.seed, 'errors') },
        )
        experiment.check('schema', 'error_type of each error', {
          actual: rows.map(({ error_type }) => error_type),
          expected: ERRORS.map(([, , type]) => type),
        })
      }),
  },
  {
    name: 'missing-is-null',
    title: 'tells a missing number from zero and from an empty text',
    requirements: ['R7'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'null' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/protobuf')
        const session = seededUuid(context.seed, 'null')
        const base = (sequence: number, more: Parameters<typeof attributes>[0]) => ({
          timeUnixNano: `${context.dataStartMs + sequence}000000`,
          body: { stringValue: 'claude_code.api_request' },
          attributes: attributes({
            'session.id': session,
            'event.name': 'api_request',
            'event.sequence': { intValue: String(sequence) },
            ...more,
          }),
        })
        await experiment.sendBatches(emitter, [
          logsBatch([
            base(0, {}),
            base(1, { input_tokens: { intValue: '0' }, cost_usd: { intValue: '0' } }),
            base(2, { input_tokens: '', cost_usd: '', model: '' }),
            base(3, { input_tokens: 'many', cost_usd: 'free', duration_ms: { doubleValue: 1.5 } }),
            base(4, { input_tokens: '12', output_tokens: { intValue: '30' }, cost_usd: '0.25', duration_ms: '7' }),
          ]),
        ])
        await experiment.drain()
        const rows = await experiment.database.rows<object>(
          'SELECT tokens, input_tokens, cost_usd, duration_ms, model FROM telemetry_events WHERE session_id = {session:String} ORDER BY sequence',
          { session },
        )
        experiment.check('schema', 'tokens, cost and duration', {
          actual: rows,
          expected: [
            { tokens: null, input_tokens: null, cost_usd: null, duration_ms: null, model: null },
            { tokens: 0, input_tokens: 0, cost_usd: 0, duration_ms: null, model: null },
            { tokens: null, input_tokens: null, cost_usd: null, duration_ms: null, model: '' },
            { tokens: null, input_tokens: null, cost_usd: null, duration_ms: null, model: null },
            { tokens: 42, input_tokens: 12, cost_usd: 0.25, duration_ms: 7, model: null },
          ],
        })
      }),
  },
  {
    name: 'unknown-attributes',
    title: 'keeps attributes and events that no version has sent before',
    requirements: ['R7'],
    run: (context) =>
      runExperiment(context, { mark: 'unknown' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const timeUnixNano = `${context.dataStartMs}000000`
        const known = { 'session.id': seededUuid(context.seed, 'unknown'), 'event.sequence': { intValue: '0' } }
        await experiment.sendBatches(emitter, [
          logsBatch([
            {
              timeUnixNano,
              body: { stringValue: 'claude_code.user_prompt' },
              attributes: attributes({
                ...known,
                'event.name': 'user_prompt',
                a_new_key: 'a new value',
                a_new_number: { doubleValue: 0.1 },
                a_new_flag: { boolValue: true },
              }),
            },
            {
              timeUnixNano,
              body: { stringValue: 'claude_code.a_new_event' },
              attributes: attributes({
                ...known,
                'event.name': 'a_new_event',
                list: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'two' }] } },
              }),
            },
            { timeUnixNano, body: { stringValue: 'claude_code.named_by_its_body' }, attributes: attributes(known) },
          ]),
        ])
      }),
  },
  ...allProfiles.map((profile) => ({
    name: `client-${profile.version}`,
    title: `types what version ${profile.version} of the client sends`,
    requirements: ['R5', 'R7'],
    run: (context: Context) =>
      runExperiment(context, { mark: `profile-${profile.version}` }, async (experiment) => {
        await using emitter = sdk(experiment.stack, 'http/protobuf')
        await experiment.sendLoad(
          emitter,
          sessionsLoad({ seed: context.seed, sessions: 5, startMs: context.dataStartMs, spreadMs: 60_000, profile }),
        )
      }),
  })),
  {
    name: 'queries',
    title:
      'cost by chapter, error patterns and the trace of a session give what was worked out by hand from the recordings',
    requirements: ['R7', 'R8'],
    run: async (context) => {
      // A stack of its own: these queries look at all that is there.
      const stack = await context.ownStack()
      return runExperiment(
        context,
        { mark: 'queries' },
        async (experiment) => {
          await using emitter = replay(experiment.stack, 'grpc')
          const sessions: Record<string, string> = {}
          for (const name of captureNames) {
            const load = await loadCapture(name, { shiftToMs: context.dataStartMs, seed: context.seed })
            sessions[name] = load.sessionIds[0] ?? ''
            await experiment.sendLoad(emitter, load)
          }
          await experiment.drain()
          const now = { now: String(context.startMs / 1000) }
          const query = (name: string, parameters: Readonly<Record<string, string>>) =>
            runQuery<Record<string, unknown>>(experiment.database, context.stackDirectory, name, parameters)

          const cost = await query('cost-by-chapter', now)
          experiment.check('query', 'cost by chapter', {
            actual: cost.map((row) => ({ ...row, total_cost: Number(row.total_cost).toFixed(5) })),
            expected: [{ chapter_id: '12', total_cost: '0.75829', event_count: 164 }],
          })
          experiment.check('query', 'error patterns', {
            actual: await query('error-patterns', now),
            expected: [
              { error_type: 'invalid_request', occurrences: 1, affected_sessions: [sessions['api-error'] ?? ''] },
            ],
          })
          const later = { now: String(context.startMs / 1000 + 31 * 86_400) }
          experiment.check('query', 'error patterns a month later', {
            actual: await query('error-patterns', later),
            expected: [],
          })
          const trace = await query('session-trace', { session: sessions['tools-grpc'] ?? '' })
          experiment.check('query', 'trace of one session', {
            actual: trace.map((row) => [
              row.sequence,
              row.event_type,
              row.tool_name,
              row.success,
              row.duration_ms,
              row.cost_usd,
            ]),
            expected: TRACE,
          })
        },
        stack,
      )
    },
  },
])

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
  [13, 'api_request', null, null, 17, 0.010870000000000001],
  [14, 'assistant_response', null, null, null, null],
]
