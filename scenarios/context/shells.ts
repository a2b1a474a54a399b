// Context from the environment of each shell: what its template makes of the variables stands on every stored event.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { seededUuid } from '../../core/random.ts'
import type { Batch } from '../../generators/batch.ts'
import { expectedOf, nothingPlanted } from '../../generators/expected.ts'
import { attributes } from '../../generators/hand-made.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import { runTemplate } from '../../stack/client/run-template.ts'
import { type Shell, shells } from '../../stack/client/shell.ts'

const run = promisify(execFile)

const CHAPTER = '12'
const BRANCH = 'feature/ünïcode-17'
const FEATURE = '017 usage, data=collection'
const ORGANIZATION = 'acme'

export const fromShells: readonly Definition[] = shells.map((shell) => ({
  name: shell,
  title: `carries session, person, chapter, feature and branch from the environment of ${shell} to every stored event`,
  requirements: ['R6'],
  run: (context: Context) => throughShell(shell, context),
}))

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
    const own = { 'session.id': seededUuid(context.seed, `client/${shell}`), 'user.id': 'b9f79cd412ed1a13' }
    await using emitter = replay(experiment.stack, 'grpc')
    await experiment.sendBatches(emitter, [sessionOf(context, given, own)])
    await experiment.drain()
    await checkStored(experiment, own['session.id'])
  })
}

/** What the client sends: it puts what it is given on the resource and on every record, below its own session and user. */
function sessionOf(
  context: Context,
  given: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Batch {
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
  return { signal: 'logs', request, expected }
}

async function checkStored(experiment: Experiment, session: string): Promise<void> {
  const rows = await experiment.database.rows<object>(
    `SELECT DISTINCT session_id, match(user_id, '^sha256:[0-9a-f]{64}$') AS user_hashed, organization_id, chapter_id, chapter_number, feature_id, git_branch
     FROM telemetry_events WHERE session_id = {session:String}`,
    { session },
  )
  experiment.check('context', 'context of every event of the session', {
    actual: rows,
    expected: [
      {
        session_id: session,
        user_hashed: 1,
        organization_id: ORGANIZATION,
        chapter_id: CHAPTER,
        chapter_number: 12,
        feature_id: FEATURE,
        git_branch: BRANCH,
      },
    ],
  })
}
