// The doctor says how fast rows grow, by the day on which they came, and warns a week before their disk is full.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { DailyStack } from '../../harness/processes/daily-stack.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'

/** Rows of 2020, by how many hours ago they came. */
const CAME: readonly (readonly [hoursAgo: number, rows: number])[] = [
  [0, 400],
  [30, 100],
  [24 * 9, 700],
]
const storedSchema = z.object({
  rows: z.array(z.object({ daysAgo: z.number(), rows: z.number() })),
  bytes: z.number(),
  waitingBytes: z.number(),
  freeBytes: z.number(),
  retentionDays: z.number(),
})
const findingSchema = z.object({ check: z.string(), verdict: z.string(), message: z.string() })

export const growth: Definition = {
  name: 'growth',
  title: 'tells by the arrival of rows when their disk will be full, and warns when that is within a week',
  requirements: ['R15', 'R18'],
  profile: 'full',
  run: (context) =>
    context.runtime === 'embedded'
      ? runExperiment(context, { mark: 'growth' }, (experiment) => proven(context, experiment))
      : Promise.resolve({ skipped: 'it is tried on the daily stack as processes' }),
}

async function proven(context: Context, experiment: Experiment): Promise<void> {
  const check = (what: string, actual: unknown, expected: unknown) =>
    experiment.check('storage', what, { actual, expected })
  await using daily = await DailyStack.start(context.stackDirectory)
  await fill(daily)
  const diagnosed = z
    .object({ findings: z.array(findingSchema) })
    .parse(await daily.ask(`(await load('doctor/diagnose.ts')).diagnose(${JSON.stringify(context.stackDirectory)})`))
  const found = diagnosed.findings.filter(({ check: name }) => name === 'growth')
  check(
    'what the doctor says of this disk',
    found.map(({ message }) => /^rows are kept for ever; about \d+\.\d \w+ a day, /.test(message)),
    [true],
  )
  const stored = storedSchema.parse(await daily.ask(READ))
  check('rows by the days since they came', stored.rows, [
    { daysAgo: 0, rows: 400 },
    { daysAgo: 1, rows: 100 },
    { daysAgo: 9, rows: 700 },
  ])
  // Its last day is its fastest.
  const perDay = (stored.bytes / 1200) * 400
  for (const [days, expected] of [
    [0.5, 'bad'],
    [6.9, 'warn'],
    [7.1, 'ok'],
  ] as const) {
    const given = JSON.stringify({ ...stored, waitingBytes: 0, freeBytes: Math.round(days * perDay) })
    const finding = await daily.ask(`(await load('doctor/growth.ts')).checkGrowth(async () => (${given}))`)
    check(`room for ${days} days`, findingSchema.parse(finding).verdict, expected)
  }
}

/** As the doctor reads it. */
const READ = `(async () => {
  const state = await (await load('daily/state.ts')).requireState()
  const { connectionOf } = await load('backup/daily.ts')
  const admin = (await load('clickhouse/database.ts')).connect(connectionOf(state), 'admin')
  return (await load('daily/stored-growth.ts')).readStoredGrowth(admin, '/nowhere', 0)
})()`

async function fill(daily: DailyStack): Promise<void> {
  const state = z.object({
    endpoints: z.object({ clickhouseHttp: z.string() }),
    users: z.record(z.string(), z.object({ password: z.string() })),
  })
  const { endpoints, users } = state.parse(JSON.parse(await readFile(join(daily.directory, 'state.json'), 'utf8')))
  const password = users.admin?.password ?? ''
  const passwords = { admin: password, ingest: '', analyst: '' }
  await using admin = connect({ endpoints, passwords, database: 'telemetry' }, 'admin')
  for (const [hoursAgo, rows] of CAME)
    await admin.run(
      `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes)
       SELECT toDateTime64('2020-05-05 05:05:05', 9, 'UTC'), 'user_prompt', map('session.id', 's${hoursAgo}', 'event.sequence', toString(number),
         'telemetry.arrival_unix_nano', toString(toUnixTimestamp64Nano(now64(9)) - ${hoursAgo} * 3600000000000)) FROM numbers(${rows})`,
    )
}
