// A backup of the daily stack: what is put back into an empty one is all that was stored, and every query says the same.
import { hash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { seededUuid } from '../../core/random.ts'
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { DailyStack } from '../../harness/processes/daily-stack.ts'
import { answersOf } from '../../harness/rigs/query-catalogue/asking.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import { queryNames } from '../../stack/query/query.ts'

const ADDRESS = 'someone.who.comes.again@example.com'
const STORED_MS = 30_000
const TABLES = ['log_records', 'metric_points', 'forgotten', 'policy_audit_before'] as const

export const backup: Definition = {
  name: 'backup',
  title:
    'puts back all that was stored, for every query and every person the same, and nothing of a file that is damaged',
  requirements: ['R12', 'R18'],
  profile: 'full',
  run: (context) => runExperiment(context, { mark: 'backup' }, (experiment) => proven(context, experiment)),
}

async function proven(context: Context, experiment: Experiment): Promise<void> {
  await using room = await temporaryDirectory('backup')
  const file = join(room.path, 'kept')
  await using daily = await DailyStack.start(context.stackDirectory, context.runtime)
  const check = (what: string, actual: unknown, expected: unknown) =>
    experiment.check('storage', what, { actual, expected })
  const sent = await fill(context, daily)
  await asAdmin(daily, (admin) =>
    admin.run("INSERT INTO telemetry.forgotten (mark, kind) SELECT SHA256('nobody'), 'person'"),
  )
  const before = await all(context, daily)
  check(
    'rows that are to be kept',
    before.tables.log_records.length >= sent && before.tables.metric_points.length > 0,
    true,
  )
  await backUp(daily, file)
  check('who may read the file', ((await stat(file)).mode & 0o777).toString(8), '600')
  const intoFull = await restore(daily, file)
  check('a restore into a stack that holds something', /^nothing is changed: .* holds \d+ rows of/.test(intoFull), true)
  check('rows after that', await all(context, daily), before)
  await emptied(daily)
  const [keeper, salt] = [await daily.keeper(), await saltOf(daily)]
  for (const [name, damage, says] of DAMAGES) {
    const bad = join(room.path, name)
    await writeFile(bad, damage(await readFile(file)))
    const said = await restore(daily, bad)
    check(
      `what is said of ${name}`,
      said.split('\n').length === 1 && says.test(said) ? 'as it should' : said,
      'as it should',
    )
  }
  check('the stack after that', [await daily.keeper(), await saltOf(daily), await rowsIn(daily)], [keeper, salt, 0])
  check('a restore into an empty stack', await restore(daily, file), '')
  const after = await all(context, daily)
  for (const table of TABLES) check(`rows of ${table}`, after.tables[table], before.tables[table])
  for (const [query, answer] of before.answers) check(`what ${query} says`, new Map(after.answers).get(query), answer)
  await send(daily, [person(context, 2)])
  await until('the last event', async () => (await hashesOf(daily, context)).length === 3, { timeoutMs: STORED_MS })
  const hashes = await hashesOf(daily, context)
  check('hashes of one person, before and after', [...new Set(hashes)].length, 1)
}

/** Refused files, by what is done to a good one, and what must be said of each. */
const DAMAGES: readonly (readonly [name: string, damage: (good: Buffer) => Buffer, says: RegExp])[] = [
  ['a file that was cut off', (good) => good.subarray(0, -1000), /is not whole: 1000 bytes are missing at its end$/],
  [
    'a file of which one bit is another',
    (good) => flipped(good, Math.floor(good.length / 2)),
    /is damaged: its content/,
  ],
  [
    'a file that says something else of itself',
    (good) => flipped(good, good.indexOf('"salt":"') + 10),
    /is damaged: its head/,
  ],
  ['a file of a newer schema', newer, /is of schema version 999, newer than these files \(\d+\): use the newer stack$/],
  ['a file of something else', () => Buffer.from('SELECT 1\n'.repeat(1000)), /is no backup of this stack$/],
]

function flipped(good: Buffer, at: number): Buffer {
  const bad = Buffer.from(good)
  bad[at] = (bad[at] ?? 0) ^ 1
  return bad
}

function newer(good: Buffer): Buffer {
  const head = good.toString('latin1', 0, good.indexOf('} ') + 1).replace(/"schemaVersion":\d+/, '"schemaVersion":999')
  return Buffer.concat([Buffer.from(`${`${head} ${hash('sha256', head)}`.padEnd(4095)}\n`), good.subarray(4096)])
}

/** @returns how many events */
async function fill(context: Context, daily: DailyStack): Promise<number> {
  const load = sessionsLoad({ seed: context.seed, sessions: 12, startMs: context.dataStartMs, spreadMs: 3_600_000 })
  const events = [...load.batches.filter(({ signal }) => signal === 'logs'), person(context, 0), person(context, 1)]
  await send(daily, [...load.batches, person(context, 0), person(context, 1)])
  const count = events.flatMap(({ expected }) => expected).filter(({ fate }) => fate === 'store').length
  const points = load.batches.flatMap(({ signal, expected }) => (signal === 'metrics' ? expected : [])).length
  await until('all that was sent', async () => (await rowsIn(daily)) >= count + points, { timeoutMs: STORED_MS })
  return count
}

/** An event of somebody who is known by an address. */
function person(context: Context, sequence: number) {
  return logsBatch([
    {
      timeUnixNano: `${context.dataStartMs + sequence}000000`,
      body: { stringValue: 'claude_code.user_prompt' },
      attributes: attributes({
        'session.id': seededUuid(context.seed, 'backup'),
        'event.name': 'user_prompt',
        'event.sequence': { intValue: String(sequence) },
        'user.email': ADDRESS,
      }),
    },
  ])
}

async function send(
  daily: DailyStack,
  batches: Parameters<ReturnType<typeof replayEmitter>['send']>[0][],
): Promise<void> {
  const endpoint = `http://127.0.0.1:${daily.environment.RELAY_HTTP_PORT}`
  await using emitter = replayEmitter({ protocol: 'http/json', endpoint, timeoutMs: 30_000 })
  for (const batch of batches) {
    const answer = await emitter.send(batch)
    if (answer.kind !== 'accepted') throw new Error(`the relay answered ${JSON.stringify(answer)}`)
  }
}

const STATE = `await (await load('daily/state.ts')).requireState()`

async function backUp(daily: DailyStack, file: string): Promise<void> {
  await daily.ask(`(await load('backup/daily.ts')).backUpDaily(${STATE}, ${JSON.stringify(file)}, () => {})`)
}

/** What is said when it is refused; nothing when it is not. */
async function restore(daily: DailyStack, file: string): Promise<string> {
  const call = `(await load('backup/restore.ts')).restoreDaily(${STATE}, ${JSON.stringify(file)}, () => {})`
  return z.string().parse(await daily.ask(`${call}.then(() => '', ({ message }) => message)`).catch(messageOf))
}

/** As \`down --purge\` and \`up\`: with secrets of its own. */
async function emptied(daily: DailyStack): Promise<void> {
  await daily.ask(`(await load('daily/daily.ts')).down().then(async () => (await load('daily/daily.ts')).purge())`)
  await daily.keep()
}

async function all({ stackDirectory, startMs }: Context, daily: DailyStack) {
  return asAdmin(daily, async (admin) => {
    const rows = TABLES.map(async (table) => {
      await admin.run(`OPTIMIZE TABLE telemetry.${table} FINAL`)
      const found = await admin.rows<{ row: string }>(
        `SELECT toString(tuple(*)) AS row FROM telemetry.${table} ORDER BY row`,
      )
      return [table, found.map(({ row }) => row)] as const
    })
    const asked = {
      ...{
        fromMs: startMs - 30 * 86_400_000,
        toMs: startMs + 86_400_000,
        tz: 'Europe/Berlin',
        days: 0,
        limit: 5,
        top: 20,
      },
      ...{ user: '', chapter: '', branch: '', session: await dearest(admin) },
    }
    const roles = { admin, ingest: admin, analyst: admin }
    const answers = await answersOf(roles, stackDirectory, await queryNames(stackDirectory), asked)
    const empty = [...answers].filter(([, answer]) => answer.length === 0).length
    // Queries that say nothing of the load prove nothing.
    if (empty > answers.size / 3) throw new Error(`${empty} of ${answers.size} queries say nothing`)
    const tables: Record<string, readonly string[]> = Object.fromEntries(await Promise.all(rows))
    return {
      tables: { log_records: [], metric_points: [], forgotten: [], policy_audit_before: [], ...tables },
      answers: [...answers],
    }
  })
}

async function dearest(admin: Database): Promise<string> {
  const [row] = await admin.rows<{ session: string }>(
    'SELECT session_id AS session FROM telemetry.telemetry_events WHERE session_id IS NOT NULL GROUP BY session ORDER BY sum(cost_usd) DESC, session LIMIT 1',
  )
  return row?.session ?? ''
}

async function rowsIn(daily: DailyStack): Promise<number> {
  return asAdmin(daily, async (admin) => {
    const [row] = await admin.rows<{ rows: number }>(
      'SELECT (SELECT count() FROM telemetry.log_records FINAL WHERE NOT excluded) + (SELECT count() FROM telemetry.metric_points FINAL WHERE NOT excluded) AS rows',
    )
    return row?.rows ?? 0
  })
}

async function hashesOf(daily: DailyStack, { seed }: Context): Promise<string[]> {
  return asAdmin(daily, async (admin) => {
    const rows = await admin.rows<{ email: string }>(
      "SELECT attributes['user.email'] AS email FROM telemetry.telemetry_events WHERE session_id = {session:String}",
      { session: seededUuid(seed, 'backup') },
    )
    return rows.map(({ email }) => email)
  })
}

const stateSchema = z.object({
  endpoints: z.object({ clickhouseHttp: z.string() }),
  users: z.record(z.string(), z.object({ password: z.string() })),
})

async function asAdmin<T>(daily: DailyStack, work: (admin: Database) => Promise<T>): Promise<T> {
  const { endpoints, users } = stateSchema.parse(
    JSON.parse(await readFile(join(daily.directory, 'state.json'), 'utf8')),
  )
  const password = users.admin?.password ?? ''
  const passwords = { admin: password, ingest: '', analyst: '' }
  await using admin = connect({ endpoints, passwords, database: 'telemetry' }, 'admin')
  return await work(admin)
}

async function saltOf(daily: DailyStack): Promise<string | undefined> {
  const secrets = z
    .record(z.string(), z.string())
    .parse(JSON.parse(await readFile(join(daily.directory, 'secrets.json'), 'utf8')))
  return secrets.TELEMETRY_HASH_SALT
}
