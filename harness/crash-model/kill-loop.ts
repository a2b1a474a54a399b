// Kills real processes that use a buffer on a real directory, again and again, and looks for what they had acknowledged.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { monotonicMs } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import { forkSeed } from '../../core/random.ts'
import { judgeKills, type KillJudgement, type Tale } from './kill-judge.ts'
import { told } from './kill-requests.ts'
import { drawFrom } from './prng.ts'

export interface KillOptions {
  readonly kills: number
  readonly seed: number
  /** Where the buffer is; a temporary one, removed afterwards, when absent. */
  readonly directory?: string
  /** Processes that share the directory at the same time; 2 when absent. */
  readonly together?: number
  /** Lets the children acknowledge before anything is written: it must be noticed. */
  readonly sabotaged?: boolean
  readonly onProgress?: (progress: { readonly kills: number; readonly acknowledged: number }) => void
}

export interface Killed extends KillJudgement {
  readonly kills: number
  readonly seconds: number
}

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
/** A child is killed at one of its first acknowledgements, or while it opens the directory. */
const MAX_ACKNOWLEDGEMENTS = 30
const MAX_TURNS = 40
const CHILD_LIMIT_MS = 60_000

/** @throws UserError when a child ends by itself, or stands still */
export async function killLoop(options: KillOptions): Promise<Killed> {
  const startMs = monotonicMs()
  const { kills, seed, together = 2, sabotaged = false, onProgress } = options
  const workspace = await mkdtemp(join(tmpdir(), 'telemetry-kill-loop-'))
  const directory = options.directory ?? join(workspace, 'buffer')
  const tale: Tale = { offered: new Set(), acknowledged: new Set(), taken: new Set(), refused: new Set() }
  let started = 0
  let killed = 0
  const killOneAfterTheOther = async () => {
    while (started < kills) {
      started += 1
      await liveAndDie({ directory, seed, sabotaged, name: String(started), cache: join(workspace, 'cache') }, tale)
      killed += 1
      onProgress?.({ kills: killed, acknowledged: tale.acknowledged.size })
    }
  }
  try {
    const lanes = await Promise.allSettled(Array.from({ length: together }, killOneAfterTheOther))
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
    return { kills: killed, ...(await judgeKills(directory, seed, tale)), seconds: (monotonicMs() - startMs) / 1_000 }
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

interface Child {
  readonly directory: string
  readonly seed: number
  readonly sabotaged: boolean
  readonly name: string
  /** Compiled code of the children before it. */
  readonly cache: string
}

async function liveAndDie({ directory, seed, sabotaged, name, cache }: Child, tale: Tale): Promise<void> {
  const draw = drawFrom(forkSeed(seed, `kill/${name}`))
  const child = spawn(process.execPath, [CHILD, directory, String(seed), name, ...(sabotaged ? ['early'] : [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_COMPILE_CACHE: cache },
  })
  const closed = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  )
  let errors = ''
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes.toString()
  })
  const at = draw(MAX_ACKNOWLEDGEMENTS)
  const turns = draw(MAX_TURNS)
  let acknowledged = 0
  let doomed = false
  const limit = AbortSignal.timeout(CHILD_LIMIT_MS)
  limit.addEventListener('abort', () => child.kill('SIGKILL'))
  const kill = async () => {
    doomed = true
    for (let turn = 0; turn < turns; turn += 1) await nextTurn()
    child.kill('SIGKILL')
  }
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith(told.acknowledged)) acknowledged += 1
      note(line, tale)
      if (acknowledged >= at && !doomed) void kill()
    }
  } finally {
    if (!doomed) child.kill('SIGKILL')
  }
  const signal = await closed
  const came = `${acknowledged} acknowledgements; its last words: ${errors.slice(-1_000)}`
  if (signal !== 'SIGKILL') throw new UserError(`child ${name} of the kill loop ended by itself after ${came}`)
  if (!doomed) throw new UserError(`child ${name} of the kill loop came no further than ${came}`)
}

function note(line: string, tale: Tale): void {
  const name = line.slice(1)
  for (const kind of ['offered', 'acknowledged', 'taken', 'refused'] as const)
    if (line.startsWith(told[kind])) tale[kind].add(name)
}
