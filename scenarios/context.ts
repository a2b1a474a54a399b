// Context: who, where and on what, given by the environment of each shell and found again on every stored event.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { seededUuid } from '../core/random.ts'
import { expectedOf, nothingPlanted } from '../generators/expected.ts'
import { attributes } from '../generators/hand-made.ts'
import { profileAt } from '../generators/profiles.ts'
import { generateSession } from '../generators/sessions/session.ts'
import { sessionBatches } from '../generators/sessions/session-batches.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { replay } from '../harness/rigs/emitters.ts'
import type { Context, Outcome, Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'
import { runTemplate } from '../stack/client/run-template.ts'
import { type Shell, shells } from '../stack/client/shell.ts'

const run = promisify(execFile)

const CHAPTER = '12'
const BRANCH = 'feature/ünïcode-17'
const FEATURE = '017 usage, data=collection'
const ORGANIZATION = 'acme'

/** What the shell's template makes of the variables, in a repository on a branch. */
async function fromShell(shell: Shell, context: Context) {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-context-'))
  try {
    for (const args of [
      ['init', '--quiet'],
      ['checkout', '--quiet', '-b', BRANCH],
    ])
      await run('git', args, { cwd: directory })
    return await runTemplate(shell, {
      directory,
      env: {
        LC_ALL: 'C.UTF-8',
        OTEL_SESSION_ID: seededUuid(context.seed, `shell/${shell}`),
        OTEL_USER_ID: 'grace@example.com',
        OTEL_CHAPTER: CHAPTER,
        OTEL_FEATURE: FEATURE,
        OTEL_ORGANIZATION: ORGANIZATION,
      },
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** OTEL_RESOURCE_ATTRIBUTES as the client reads it (W3C baggage form: comma-separated, percent-encoded). */
function readResourceAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
      }),
  )
}

async function throughShell(shell: Shell, context: Context): Promise<Outcome> {
  const client = await fromShell(shell, context)
  if (!client.available) return { skipped: client.reason }
  return runExperiment(context, { mark: `shell-${shell}` }, async (experiment) => {
    const given = readResourceAttributes(client.environment.OTEL_RESOURCE_ATTRIBUTES ?? '')
    experiment.check('context', 'telemetry is switched on', {
      actual: client.environment.CLAUDE_CODE_ENABLE_TELEMETRY,
      expected: '1',
    })
    experiment.check('context', 'resource attributes that the client is given', {
      actual: given,
      expected: {
        'session.id': seededUuid(context.seed, `shell/${shell}`),
        'user.id': 'grace@example.com',
        'chapter.number': CHAPTER,
        'feature.id': FEATURE,
        'organization.id': ORGANIZATION,
        'git.branch': BRANCH,
      },
    })
    experiment.ledger.plant(['grace@example.com'])
    // The client puts what it is given on the resource and on every record, below its own session and user.
    const own = { 'session.id': seededUuid(context.seed, `client/${shell}`), 'user.id': 'b9f79cd412ed1a13' }
    const timeUnixNano = `${context.dataStartMs}000000`
    const names = ['user_prompt', 'api_request', 'tool_result', 'assistant_response']
    const request = {
      resourceLogs: [
        {
          resource: { attributes: attributes({ ...given, 'service.name': 'claude-code' }) },
          scopeLogs: [
            {
              scope: { name: 'com.anthropic.claude_code.events', version: '2.1.197' },
              logRecords: names.map((name, sequence) => ({
                timeUnixNano,
                body: { stringValue: `claude_code.${name}` },
                attributes: attributes({
                  ...given,
                  ...own,
                  'event.name': name,
                  'event.sequence': { intValue: String(sequence) },
                }),
              })),
            },
          ],
        },
      ],
    }
    const expected = expectedOf(request, nothingPlanted).map((record) => ({
      ...record,
      resource: { ...record.resource, 'user.id': { hashOf: 'grace@example.com' } },
    }))
    await using emitter = replay(experiment.stack, 'grpc')
    await experiment.sendBatches(emitter, [{ signal: 'logs', request, expected }])
    await experiment.drain()
    const rows = await experiment.database.rows<object>(
      `SELECT DISTINCT session_id, match(user_id, '^sha256:[0-9a-f]{64}$') AS user_hashed, organization_id, chapter_id, chapter_number, feature_id, git_branch
       FROM telemetry_events WHERE session_id = {session:String}`,
      { session: own['session.id'] },
    )
    experiment.check('context', 'context of every event of the session', {
      actual: rows,
      expected: [
        {
          session_id: own['session.id'],
          user_hashed: 1,
          organization_id: ORGANIZATION,
          chapter_id: CHAPTER,
          chapter_number: 12,
          feature_id: FEATURE,
          git_branch: BRANCH,
        },
      ],
    })
  })
}

export const context: Scenario[] = suite('context', [
  ...shells.map((shell) => ({
    name: shell,
    title: `carries session, person, chapter, feature and branch from the environment of ${shell} to every stored event`,
    requirements: ['R6'],
    run: (given: Context) => throughShell(shell, given),
  })),
  {
    name: 'disagreement',
    title: 'lets the record win for the session and the resource for the person, as the data model says',
    requirements: ['R6'],
    profile: 'smoke',
    run: (given) =>
      runExperiment(given, { mark: 'disagreement' }, async (experiment) => {
        const session = seededUuid(given.seed, 'record')
        const of = (place: string) => ({
          'user.id': `user-${place}`,
          'organization.id': `organization-${place}`,
          'chapter.number': place === 'record' ? '7' : '8',
          'feature.id': `feature-${place}`,
          'git.branch': `branch-${place}`,
        })
        const record = (sequence: number, own: Record<string, string>) => ({
          timeUnixNano: `${given.dataStartMs}000000`,
          body: { stringValue: 'claude_code.user_prompt' },
          attributes: attributes({
            'session.id': session,
            'event.name': 'user_prompt',
            'event.sequence': { intValue: String(sequence) },
            ...own,
          }),
        })
        const request = {
          resourceLogs: [
            {
              resource: { attributes: attributes({ ...of('resource'), 'session.id': 'a-session-of-the-resource' }) },
              scopeLogs: [{ scope: {}, logRecords: [record(0, of('record')), record(1, {})] }],
            },
            {
              resource: { attributes: [] },
              scopeLogs: [{ scope: {}, logRecords: [record(2, of('record')), record(3, {})] }],
            },
          ],
        }
        await using emitter = replay(experiment.stack, 'http/json')
        await experiment.sendBatches(emitter, [
          { signal: 'logs', request, expected: expectedOf(request, nothingPlanted) },
        ])
        await experiment.drain()
        const rows = await experiment.database.rows<Record<string, unknown>>(
          'SELECT session_id = {session:String} AS own, user_id, organization_id, chapter_number, feature_id, git_branch FROM telemetry_events WHERE session_id = {session:String} ORDER BY sequence',
          { session },
        )
        experiment.check('context', 'which value wins', {
          actual: rows.map((row) => Object.values(row)),
          expected: [
            [1, 'user-resource', 'organization-resource', 7, 'feature-record', 'branch-record'],
            [1, 'user-resource', 'organization-resource', 8, 'feature-resource', 'branch-resource'],
            [1, 'user-record', 'organization-record', 7, 'feature-record', 'branch-record'],
            [1, null, null, null, null, null],
          ],
        })
      }),
  },
  {
    name: 'on-every-event',
    title: 'finds session, person, chapter, feature and branch on every event and metric of generated sessions',
    requirements: ['R6'],
    run: (given) =>
      runExperiment(given, { mark: 'every' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'grpc')
        const sessions = [0, 1, 2, 3].map((index) =>
          generateSession({
            seed: given.seed,
            index,
            startMs: given.dataStartMs,
            profile: profileAt(index),
            planting: 'none',
          }),
        )
        for (const session of sessions)
          await experiment.sendBatches(
            emitter,
            sessionBatches(session).map(({ batch }) => batch),
          )
        await experiment.drain()
        const parameters = { sessions: sessions.map((session) => session.context.sessionId) }
        for (const view of ['telemetry_events', 'telemetry_metrics']) {
          const [row] = await experiment.database.rows<object>(
            `SELECT countIf(session_id IS NULL OR user_id IS NULL OR organization_id IS NULL OR chapter_id IS NULL OR feature_id IS NULL OR git_branch IS NULL) AS without, count() > 0 AS some
             FROM ${view} WHERE session_id IN {sessions:Array(String)}`,
            parameters,
          )
          experiment.check('context', `rows of ${view} without context`, {
            actual: row,
            expected: { without: 0, some: 1 },
          })
        }
      }),
  },
])
