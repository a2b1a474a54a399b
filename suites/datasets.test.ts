// Datasets on a real stack: every format loads, also twice and by its own way, into what the manifest says that every query answers.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { plansOf } from '../generators/team/parts.ts'
import { readPreset } from '../generators/team/preset.ts'
import { teamPlayer } from '../generators/team/team-session.ts'
import { sessionBlocks } from '../harness/dataset/blocks.ts'
import { columnsOf } from '../harness/dataset/columns.ts'
import { askStack, differencesFrom } from '../harness/dataset/compare.ts'
import { writeDirectory } from '../harness/dataset/directory.ts'
import { formatNames } from '../harness/dataset/formats.ts'
import type { Manifest } from '../harness/dataset/manifest.ts'
import type { Got } from '../harness/judge/catalogue/compare.ts'
import { emptied, filesOf, loadFormat, stored } from '../harness/rigs/dataset-round-trip.ts'
import { connect, type Database } from '../stack/clickhouse/database.ts'
import { parametersOf, readQuery } from '../stack/query/query.ts'
import { openConversions } from '../stack/runtime/embedded/clickhouse-local.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

const SESSIONS = 4
const START_MS = Date.UTC(2026, 0, 5)
/** What `datasets/every-format` does with each format, and in each window of time. */
const TWICE: readonly string[] = ['otlp', 'parquet']
const FLAT = formatNames.filter((name) => name !== 'otlp')

let stack: Stack
let analyst: Database
let admin: Database
let room: string
let directory: string
let manifest: Manifest
let total: number
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-datasets-'))
  directory = join(room, 'sample')
  const written = write(directory)
  stack = await startEmbedded({ stackDirectory, ports: 'free' })
  analyst = connect(stack, 'analyst')
  admin = connect(stack, 'admin')
  manifest = await written
  total = manifest.counts.logRecords + manifest.counts.dataPoints
}, 240_000)
afterAll(async () => {
  await analyst[Symbol.asyncDispose]()
  await admin[Symbol.asyncDispose]()
  await stack[Symbol.asyncDispose]()
  await cleanUp()
  await rm(room, { recursive: true, force: true, maxRetries: 5 })
})

async function write(out: string): Promise<Manifest> {
  const preset = await readPreset('team-week')
  const options = { preset: { ...preset, sessions: { ...preset.sessions, most: SESSIONS } }, seed: 7 }
  const sessions = plansOf({ ...options, startMs: START_MS }).map(teamPlayer(options))
  return await writeDirectory({
    out,
    formats: formatNames,
    compression: undefined,
    split: { unit: 'records', most: 100 },
    made: {
      preset: 'team-week',
      seed: options.seed,
      start: new Date(START_MS).toISOString(),
      shard: { number: 1, of: 1 },
      events: null,
    },
    blocks: (wanted) => sessionBlocks(sessions, wanted),
    conversions: () => openConversions(() => {}),
    told: () => {},
    stackDirectory,
  })
}

function firstWindow(): Manifest {
  return { ...manifest, answers: manifest.answers.slice(0, 1) }
}

test('its files hold what its manifest counts', () => {
  for (const format of formatNames) {
    const files = filesOf(manifest, format)
    expect(files.reduce((sum, { records }) => sum + records, 0)).toBe(total)
  }
  // Some of them are split.
  expect(manifest.files.length).toBeGreaterThan(9)
  expect(manifest.answers.map(({ name }) => name)).toEqual(['all of it', 'a day', 'a person'])
})

test.each(formatNames)(
  '%s has every record once, some of them loaded twice, and OTLP answers as the manifest does',
  async (format) => {
    await emptied(stack)
    const { logRecords: events, dataPoints: points } = manifest.counts
    for (const _ of TWICE.includes(format) ? [1, 2] : [1]) {
      await loadFormat(stack, directory, filesOf(manifest, format))
      expect(await stored(stack, admin, total)).toEqual({ events, points })
    }
    // Of the others the rows are compared below, and `datasets/every-format` asks all of them.
    if (format === 'otlp') expect(await differencesFrom(firstWindow(), askStack(analyst, stackDirectory))).toEqual([])
  },
  60_000,
)

test('after another format there is still every record once', async () => {
  await loadFormat(stack, directory, filesOf(manifest, 'otlp'))
  const { logRecords: events, dataPoints: points } = manifest.counts
  expect(await stored(stack, admin, total)).toEqual({ events, points })
}, 60_000)

test.each(FLAT)(
  '%s, loaded twice by its own script into tables of its own, gives the same rows and answers',
  async (format) => {
    const database = `sample_${format}`
    for (const _ of TWICE.includes(format) ? [1, 2] : [1]) {
      const { stdout } = await promisify(execFile)('sh', [join(directory, 'load/load.sh'), format], {
        env: {
          ...process.env,
          CLICKHOUSE_URL: stack.endpoints.clickhouseHttp,
          CLICKHOUSE_USER: 'admin',
          CLICKHOUSE_PASSWORD: stack.passwords.admin,
          CLICKHOUSE_DATABASE: database,
        },
      })
      expect(stdout).toBe(`${filesOf(manifest, format).length} files were loaded into the database ${database}\n`)
    }
    for (const [table, view] of [
      ['events', 'telemetry_events'],
      ['metrics', 'telemetry_metrics'],
    ] as const) {
      const names = columnsOf[table]
        .filter(({ name }) => !['body', 'scope_name'].includes(name))
        .map(({ name, type }) => (type.startsWith('Map') ? `toString(mapSort(${name}))` : `toString(${name})`))
        .join(', ')
      const differing = (one: string, other: string) =>
        admin.rows(`SELECT ${names} FROM ${one}.${view} EXCEPT ALL SELECT ${names} FROM ${other}.${view}`)
      expect([await differing(database, 'telemetry'), await differing('telemetry', database)]).toEqual([[], []])
    }
    const ask = async (query: string, parameters: Readonly<Record<string, string>>) => {
      const sql = (await readQuery(stackDirectory, query)).replaceAll('telemetry.', `${database}.`)
      const asked = parametersOf(sql).map(({ name }) => [name, parameters[name]])
      return await admin.rows<Got>(sql, Object.fromEntries(asked))
    }
    if (format === 'parquet') expect(await differencesFrom(firstWindow(), ask)).toEqual([])
  },
  60_000,
)

test('a file that is another is loaded by no script', async () => {
  const other = join(room, 'other')
  await promisify(execFile)('cp', ['-r', directory, other])
  const [file = ''] = (await readdir(join(other, 'csv'))).filter((name) => name.startsWith('events'))
  await promisify(execFile)('sh', ['-c', 'printf x >> "$0"', join(other, 'csv', file)])
  const failed = await promisify(execFile)('sh', [join(other, 'load/load.sh'), 'csv'], {
    env: {
      ...process.env,
      CLICKHOUSE_URL: stack.endpoints.clickhouseHttp,
      CLICKHOUSE_USER: 'admin',
      CLICKHOUSE_PASSWORD: stack.passwords.admin,
      CLICKHOUSE_DATABASE: 'sample_other',
    },
  }).catch((error: unknown) => error)
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('its checksum is not that of the manifest') })
  expect(await admin.rows('SELECT * FROM sample_other.telemetry_events')).toEqual([])
})

test('docs/datasets.md says how a single file of each format goes in', async () => {
  const document = await readFile(join(projectRoot, 'docs/datasets.md'), 'utf8')
  const lines = document.split('\n').filter((line) => line.startsWith('curl '))
  expect(lines).toHaveLength(FLAT.length)
  const login = join(room, 'login')
  await writeFile(login, `user = "admin:${stack.passwords.admin}"\n`)
  await admin.run('CREATE DATABASE telemetry_dataset')
  await admin.run('CREATE TABLE telemetry_dataset.telemetry_events AS sample_csv.telemetry_events')
  for (const line of lines)
    await promisify(execFile)('sh', ['-euc', line], {
      cwd: directory,
      env: { ...process.env, LOGIN: login, CLICKHOUSE_URL: stack.endpoints.clickhouseHttp },
    })
  const { records = 0 } = manifest.files.find(({ path }) => path === 'csv/events-00001.csv') ?? {}
  const counts = await admin.rows(
    'SELECT count() AS rows, uniqExact(event_id) AS events FROM telemetry_dataset.telemetry_events',
  )
  expect(counts).toEqual([{ rows: FLAT.length * records, events: records }])
})
