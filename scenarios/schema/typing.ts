// How attributes become typed columns: kinds of errors, missing values, what no version has sent before, and what each version sends.
import { seededUuid } from '../../core/random.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { allProfiles } from '../../generators/profiles.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay, sdk } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'

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

export const typing: readonly Definition[] = [
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
            { tokens: null, input_tokens: null, cost_usd: null, duration_ms: 2, model: null },
            { tokens: 42, input_tokens: 12, cost_usd: 0.25, duration_ms: 7, model: null },
          ],
        })
      }),
  },
  {
    name: 'unknown-attributes',
    title: 'keeps attributes and events that no version of the client has sent yet',
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
]
