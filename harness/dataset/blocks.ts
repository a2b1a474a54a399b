// The blocks of a dataset in the order of its sessions: played in threads where it is a preset's.
import type { Session } from '../../generators/sessions/session.ts'
import { inThreads } from '../../generators/team/parts.ts'
import type { Plan } from '../../generators/team/plan.ts'
import type { TeamOptions } from '../../generators/team/team-session.ts'
import { type Block, blockOf, type Wanted } from './block.ts'

export interface BlockWorkerData {
  readonly options: TeamOptions
  readonly wanted: Wanted
}

/** Sessions that are the same wherever they are played. */
export interface TeamPlan {
  readonly options: TeamOptions
  readonly plans: readonly Plan[]
  /** Threads; the blocks are the same. */
  readonly workers: number
}

export async function* teamBlocks({ options, plans, workers }: TeamPlan, wanted: Wanted): AsyncGenerator<Block> {
  const worker = new URL('./block-worker.ts', import.meta.url)
  const data: BlockWorkerData = { options, wanted }
  for await (const blocks of inThreads<readonly Block[]>({ worker, data, plans, workers })) yield* blocks
}

export function* sessionBlocks(sessions: Iterable<Session>, wanted: Wanted): Generator<Block> {
  for (const session of sessions) yield blockOf(session, wanted)
}
