// How services of the daily stack have ended: as its keeper wrote it down, or as the engine counts it.
import { z } from 'zod'
import { askDocker } from '../runtime/docker-cli.ts'
import { serviceLog } from './service-log.ts'
import { type DailyState, dailyProject, readEndings } from './state.ts'
import type { Endings } from './supervisor.ts'

const SERVICES = ['clickhouse', 'otel-collector'] as const
const LINES = 8

const inspectedSchema = z.array(
  z.object({
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

/** Those that have ended since the stack was started. */
export async function endingsOf(state: DailyState): Promise<Endings[]> {
  const written = await readEndings()
  if (state.runtime === 'embedded') return written
  const counted = await Promise.all(SERVICES.map((service) => endingsInEngine(state, service)))
  return [...written, ...counted.flat()]
}

/** The engine keeps when a container ended last, not when it did first. */
async function endingsInEngine(daily: DailyState, service: string): Promise<Endings[]> {
  const container = `${dailyProject()}-${service}-1`
  const { stdout } = await askDocker('container', 'inspect', container)
  const [found] = inspectedSchema.safeParse(json(stdout)).data ?? []
  if (found === undefined || (found.RestartCount === 0 && found.State.Running)) return []
  const { State: state, RestartCount: restarts } = found
  return [
    {
      service,
      count: Math.max(1, restarts),
      since: state.FinishedAt,
      last: state.FinishedAt,
      how: `code ${state.ExitCode}${state.OOMKilled ? ', out of memory' : ''}`,
      lines: (await serviceLog(daily, service)).filter((line) => line !== '').slice(-LINES),
      nextAt: state.Running && !state.Restarting ? null : 'the engine’s next try',
    },
  ]
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
