// The benchmark *bytes*: what an event takes on disk, beside its OTLP JSON, with the texts of prompts and tools and without them.
import { stackDirectory } from '../../core/paths.ts'
import { readPreset } from '../../generators/team/preset.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { startEmbedded } from '../../stack/runtime/embedded/embedded.ts'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'
import { sendTeam, storedRecords } from './team/rows.ts'

export const bytes: Benchmark = { name: 'bytes', usual: false, usualRuns: 1, run }

const PRESET = 'team-year'
const DAYS = 45
const START_MS = Date.parse('2026-01-05T00:00:00Z')
/** What is promised of an event without texts. */
const LIMIT_BYTES = 150

interface Size {
  readonly texts: boolean
  readonly events: number
  readonly points: number
  /** On disk, an event. */
  readonly event: number
  /** On disk, a data point. */
  readonly point: number
  /** Of OTLP JSON, a record, be it an event or a data point. */
  readonly otlpJson: number
}

/** Sizes are the same at each run of a seed, so `runs` are seeds. */
async function run({ runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const sizes: Size[] = []
  for (let seed = 1; seed <= runs; seed += 1) {
    for (const texts of [true, false]) {
      progress(`bytes: seed ${seed}, ${texts ? 'with' : 'without'} texts`)
      sizes.push(await sizeOf(seed, texts))
    }
  }
  return {
    withinLimit: sizes.every(isWithin),
    lines: [
      `bytes: ${DAYS} days of ${PRESET}, merged; limit ${LIMIT_BYTES} bytes an event without texts`,
      ...sizes.map(
        (size) =>
          `${isWithin(size) ? 'ok  ' : 'OVER'} ${size.texts ? 'with texts   ' : 'without texts'} ${size.event.toFixed(0)} bytes an event (${size.events}), ` +
          `${size.point.toFixed(0)} a data point (${size.points}); OTLP JSON ${size.otlpJson.toFixed(0)} a record`,
      ),
    ],
    json: { name: 'bytes', preset: PRESET, days: DAYS, sizes, limit: LIMIT_BYTES },
  }
}

function isWithin({ texts, event }: Size): boolean {
  return texts || event <= LIMIT_BYTES
}

async function sizeOf(seed: number, texts: boolean): Promise<Size> {
  const usual = await readPreset(PRESET)
  const preset = { ...usual, days: DAYS, sessions: { ...usual.sessions, content: texts ? 1 : 0 } }
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using admin = connect(stack, 'admin', { answerMs: 300_000 })
  const sent = await sendTeam(stack.endpoints.otlpHttp, { preset, seed, startMs: START_MS })
  await storedRecords(admin)
  const size = async (table: string) => {
    await admin.run(`OPTIMIZE TABLE telemetry.${table} FINAL`)
    const [row] = await admin.rows<{ rows: number; bytes: number }>(
      `SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = 'telemetry' AND table = '${table}'`,
    )
    return { rows: Number(row?.rows), bytes: Number(row?.bytes) }
  }
  const events = await size('log_records')
  const points = await size('metric_points')
  return {
    texts,
    events: events.rows,
    points: points.rows,
    event: events.bytes / events.rows,
    point: points.bytes / points.rows,
    otlpJson: sent.bytes / (sent.logRecords + sent.dataPoints),
  }
}
