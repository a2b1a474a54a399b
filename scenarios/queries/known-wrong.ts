// The numbers that published tools got wrong: the naive query is wrong here too, and ours is right.
import { seededUuid } from '../../core/random.ts'
import type { Batch } from '../../generators/batch.ts'
import { expectedOf, nothingPlanted } from '../../generators/expected.ts'
import { attributes, logsBatch } from '../../generators/hand-made.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { runQuery } from '../../stack/query/query.ts'
import { utcTime } from '../../stack/query/window.ts'
import { type Base, chapterOf, type KnownWrong, knownWrong, recordOf, windowOfCases } from './known-wrong-cases.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const A_MINUTE_MS = 60_000
const CUMULATIVE = 2
const DELTA = 1

export const wrongNumbers: Definition = {
  name: 'known-wrong',
  title: 'gives the right number where published tools gave a wrong one',
  requirements: ['R8'],
  run: (context) =>
    runExperiment(context, { mark: 'known-wrong' }, async (experiment) => {
      const base = { dayMs: Math.floor(context.dataStartMs / DAY_MS) * DAY_MS - DAY_MS }
      await using emitter = replay(experiment.stack, 'http/json')
      await experiment.sendBatches(
        emitter,
        knownWrong.flatMap((one) => batchesOf(context, base, one)),
      )
      await experiment.drain()
      for (const one of knownWrong) await judge(context, experiment, base, one)
    }),
}

function batchesOf(context: Context, base: Base, one: KnownWrong): Batch[] {
  const session = (name: string) => seededUuid(context.seed, `${one.name}/${name}`)
  const events = one.events(base)
  const points = one.points ?? []
  const logs = events.length > 0 ? [logsBatch(events.map((event) => recordOf(one, event, session(event.session))))] : []
  const metrics = points.map((point, index) => {
    const atMs = base.dayMs + HOUR_MS + index * A_MINUTE_MS
    const dataPoint = {
      // The counter began once; a delta begins where the one before it ended.
      startTimeUnixNano: `${(point.cumulative ? base.dayMs + HOUR_MS : atMs) - A_MINUTE_MS}000000`,
      timeUnixNano: `${atMs}000000`,
      asDouble: point.value,
      attributes: attributes({
        'session.id': session(point.session),
        'chapter.number': chapterOf(one),
        ...point.attributes,
      }),
    }
    return {
      name: `claude_code.${point.metric}`,
      sum: {
        aggregationTemporality: point.cumulative ? CUMULATIVE : DELTA,
        isMonotonic: true,
        dataPoints: [dataPoint],
      },
    }
  })
  if (metrics.length === 0) return logs
  const request = {
    resourceMetrics: [
      {
        resource: { attributes: attributes({ 'service.name': 'claude-code' }) },
        scopeMetrics: [{ scope: { name: 'com.anthropic.claude_code' }, metrics }],
      },
    ],
  }
  return [...logs, { signal: 'metrics', request, expected: expectedOf(request, nothingPlanted) }]
}

async function judge(context: Context, experiment: Experiment, base: Base, one: KnownWrong): Promise<void> {
  const chapter = chapterOf(one)
  const [naive] = await experiment.database.rows<{ value: number }>(one.naive, { chapter })
  experiment.check('query', `${one.name}: the naive figure`, { actual: naive?.value, expected: one.wrong })
  const { fromMs, toMs } = windowOfCases(base)
  const rows = await runQuery<Record<string, unknown>>(experiment.database, context.stackDirectory, one.query, {
    from: utcTime(fromMs),
    to: utcTime(toMs),
    chapter,
    ...(one.tz === undefined ? {} : { tz: one.tz }),
  })
  const key = one.key?.(base)
  const counted = key === undefined ? rows : rows.filter((row) => Object.values(row)[0] === key)
  experiment.check('query', `${one.name}: ${one.query}`, {
    actual: counted.reduce((sum, row) => sum + Number(row[one.column]), 0),
    expected: one.right,
  })
}
