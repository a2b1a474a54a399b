// How services of the daily stack have ended: as its keeper wrote it down, or as the engine counts it.
import { z } from 'zod'
import { isoTime, nowMs } from '../../core/clock.ts'
import { askDocker, askerOf, askPodman, type EngineKind } from '../runtime/docker-cli.ts'
import { serviceLog } from './service-log.ts'
import { type DailyState, dailyProject, readEndings } from './state.ts'
import { type Endings, lastLines } from './supervisor.ts'

const SERVICES = ['clickhouse', 'otel-collector'] as const

const inspectedSchema = z.array(
  z.object({
    Created: z.string(),
    RestartCount: z.number(),
    State: z.object({
      Running: z.boolean(),
      Restarting: z.boolean(),
      OOMKilled: z.boolean(),
      ExitCode: z.number(),
      StartedAt: z.string(),
      FinishedAt: z.string(),
    }),
  }),
)

const diedSchema = z.looseObject({ Time: z.string(), ContainerExitCode: z.number().default(0) })

/** Those that have ended since the stack was started. */
export async function endingsOf(state: DailyState): Promise<Endings[]> {
  const written = await readEndings()
  if (state.runtime === 'embedded') return written
  const counted = await Promise.all(SERVICES.map((service) => endingsInEngine(state, service)))
  return [...written, ...counted.flat()]
}

/** The engine counts; of the last few hundred of its events it also tells when and how. */
async function endingsInEngine(daily: DailyState, service: string): Promise<Endings[]> {
  const container = `${dailyProject()}-${service}-1`
  if (daily.runtime === 'embedded') return []
  const { stdout } = await askerOf(daily.runtime)('container', 'inspect', container)
  const [found] = inspectedSchema.safeParse(json(stdout)).data ?? []
  if (found === undefined || (found.RestartCount === 0 && found.State.Running)) return []
  const { State: state, RestartCount: restarts } = found
  const isUp = state.Running && !state.Restarting
  const ends = await endsOf(daily.runtime, container, found.Created)
  return [
    {
      service,
      count: Math.max(1, restarts),
      since: ends.at(0)?.at ?? found.Created,
      last: ends.at(-1)?.at ?? state.FinishedAt,
      how: `code ${ends.at(-1)?.code ?? (isUp ? 'unknown' : state.ExitCode)}${state.OOMKilled ? ', out of memory' : ''}`,
      lines: lastLines(await serviceLog(daily, service)),
      nextAt: isUp ? null : 'the engine’s next try',
    },
  ]
}

interface End {
  readonly at: string
  readonly code: string
}

async function endsOf(engine: EngineKind, container: string, since: string): Promise<End[]> {
  if (engine === 'podman') return endsInPodman(container, since)
  const { stdout } = await askDocker(
    'events',
    ...['--since', since, '--until', isoTime(nowMs())],
    ...['--filter', `container=${container}`, '--filter', 'event=die'],
    ...['--format', '{{.Time}} {{.Actor.Attributes.exitCode}}'],
  )
  return [...stdout.matchAll(/^(\d+) (\d+)$/gm)].map(([, seconds, code = '']) => ({
    at: isoTime(Number(seconds) * 1000),
    code,
  }))
}

/** Podman has other words for it, tells nothing until a given time, and leaves a code of 0 out. */
async function endsInPodman(container: string, since: string): Promise<End[]> {
  const { stdout } = await askPodman(
    'events',
    ...['--stream=false', '--since', since],
    ...['--filter', `container=${container}`, '--filter', 'event=died', '--format', 'json'],
  )
  return stdout.split('\n').flatMap((line) => {
    const event = diedSchema.safeParse(json(line)).data
    return event ? [{ at: event.Time, code: String(event.ContainerExitCode) }] : []
  })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
