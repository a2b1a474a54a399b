// How fast rows grow and when the disk is full, as the doctor reads it of a real ClickHouse, on a large disk and on a small one.
import { execFile } from 'node:child_process'
import { statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { temporaryDirectory } from '../core/temporary-directory.ts'
import { hasSmallDisks, onSmallDisk } from '../harness/faults/disk/small-disk.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { readStoredGrowth } from '../stack/daily/stored-growth.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { newcomer } from './testing/newcomer.ts'

const run = promisify(execFile)
const SMALL_DISK_BYTES = 120 * 1024 ** 2

/** Events that came so long ago. */
const cameBefore = (seconds: number, count: number, text = "''") =>
  `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes)
   SELECT now64(9), 'user_prompt', map('session.id', 's', 'event.sequence', toString(number), 'text', ${text},
          'telemetry.arrival_unix_nano', toString(toUnixTimestamp64Nano(now64(9)) - ${seconds} * 1000000000))
   FROM numbers(${count})`

test('counts the rows of each day by their arrival, and what they take', async () => {
  await using room = await temporaryDirectory('growth')
  await using stack = await startEmbedded({
    stackDirectory,
    ports: 'free',
    shape: 'database',
    dataDirectory: room.path,
  })
  await using admin = connect(stack, 'admin')
  expect(await readStoredGrowth(admin, room.path, 0)).toMatchObject({
    rows: [],
    bytes: 0,
    waitingBytes: 0,
    retentionDays: 0,
  })
  const hour = 3600
  for (const [hours, count] of [
    [0, 10],
    [23, 4],
    [25, 5],
    [24 * 9 + 1, 7],
    [-3, 1],
  ] as const)
    await admin.run(cameBefore(hours * hour, count))
  await admin.run(
    "INSERT INTO telemetry.landing_metrics_sum (MetricName, TimeUnix, Value) SELECT 'a', now64(9), number FROM numbers(3)",
  )
  await writeFile(join(room.path, 'parked-1700000000000-000001-1-a-b.jsonl'), 'twelve bytes')
  await writeFile(join(room.path, 'refused-1700000000000-000001-1-a-b.jsonl'), 'not waiting')
  const { bavail, bsize } = await statfs(room.path)
  const { rows, bytes, waitingBytes, freeBytes } = await readStoredGrowth(admin, room.path, 0)
  expect(rows).toEqual([
    { daysAgo: 0, rows: 18 },
    { daysAgo: 1, rows: 5 },
    { daysAgo: 9, rows: 7 },
  ])
  expect(waitingBytes).toBe('twelve bytes'.length)
  expect(bytes).toBeGreaterThan(1000)
  // Others write on this disk too.
  expect(Math.abs(freeBytes - bavail * bsize)).toBeLessThan(1e9)
})

const findingsSchema = z.object({
  findings: z.array(z.object({ check: z.string(), verdict: z.string(), message: z.string(), advice: z.string() })),
})

test.runIf(await hasSmallDisks())('the doctor warns on a real disk that a few more such days would fill', async () => {
  const person = await newcomer('growth')
  const data = person.environment.TELEMETRY_PROOF_DATA ?? ''
  // Up, the doctor, a day's rows, the doctor, down: all of it where that disk is.
  const script = `
      stack() { "$NODE" bin/stack.ts "$@"; }
      ask() { "$NODE" -e '
        const { clickhouseHttp, users: { admin } } = JSON.parse(process.argv[1])
        const headers = { "X-ClickHouse-User": admin.name, "X-ClickHouse-Key": admin.password }
        const answer = await fetch(clickhouseHttp, { method: "POST", headers, body: process.argv[2] })
        if (!answer.ok) throw new Error(await answer.text())' "$(stack env --json)" "$1"; }
      stack up > /dev/null && trap 'stack down > /dev/null' EXIT
      "$NODE" bin/doctor.ts --json || true
      echo ----
      ask "$FILL"
      "$NODE" bin/doctor.ts --json || true`
  const [program = '', ...words] = [...onSmallDisk(data, SMALL_DISK_BYTES), 'sh', '-c', script]
  const environment = {
    ...person.environment,
    NODE: process.execPath,
    FILL: cameBefore(60, 12_000, 'base64Encode(randomString(1500, number))'),
  }
  try {
    const { stdout } = await run(program, words, { cwd: projectRoot, env: environment, maxBuffer: 1e7 })
    const [before, after] = stdout
      .split('----\n')
      .map((text) => findingsSchema.parse(JSON.parse(text)).findings.find(({ check }) => check === 'growth'))
    expect(before).toMatchObject({
      verdict: 'ok',
      message: expect.stringContaining('nothing is stored yet; 0.1 GiB free'),
    })
    expect(after).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(
        /^the disk will be full in less than [2-7] days at this rate: about \d\d\.\d MB a day \(by one day alone\), 0\.1 GiB free on the disk that holds them; rows are kept for ever$/,
      ),
    })
    expect(after?.advice).toContain('TELEMETRY_RETENTION_DAYS')
  } finally {
    await person.leave()
  }
})
