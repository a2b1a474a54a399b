// Kills real processes that use a buffer on a real directory, again and again, and looks for what they had acknowledged.
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { monotonicMs } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import { forkSeed } from '../../core/random.ts'
import { OtlpBuffer } from '../../stack/client/buffer/otlp-buffer.ts'
import { drawFrom } from './draw.ts'
import { namesIn, told } from './kill-requests.ts'

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

export interface Killed {
  readonly kills: number
  readonly offered: number
  readonly acknowledged: number
  /** Acknowledged ones that only the last recovery brought to the backend. */
  readonly recovered: number
  readonly lost: string[]
  readonly invented: string[]
  readonly seconds: number
}

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
/** A child is killed at one of its first acknowledgements, or while it opens the directory. */
const MAX_ACKNOWLEDGEMENTS = 30
const MAX_TURNS = 40
const RECOVERY_LIMIT_MS = 60_000

type Tale = Record<Exclude<keyof typeof told, 'opening'>, Set<string>>

/** @throws UserError when a child ends by itself */
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
    await Promise.all(Array.from({ length: together }, killOneAfterTheOther))
    return { kills: killed, ...(await judge(directory, seed, tale)), seconds: (monotonicMs() - startMs) / 1_000 }
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
  if ((await closed) !== 'SIGKILL')
    throw new UserError(`child ${name} of the kill loop ended by itself: ${errors.slice(-1_000)}`)
}

function note(line: string, tale: Tale): void {
  const name = line.slice(1)
  for (const kind of ['offered', 'acknowledged', 'taken', 'refused'] as const)
    if (line.startsWith(told[kind])) tale[kind].add(name)
}

async function judge(directory: string, seed: number, tale: Tale): Promise<Omit<Killed, 'kills' | 'seconds'>> {
  const sent = new Set<string>()
  const strangers: string[] = []
  const buffer = await OtlpBuffer.open({
    directory,
    uplink: {
      name: 'the one that takes all',
      async send({ body }) {
        const found = namesIn(seed, body.toString())
        for (const name of found.names) sent.add(name)
        strangers.push(...found.strangers)
        return { kind: 'accepted' }
      },
      async [Symbol.asyncDispose]() {},
    },
    log: () => {},
  })
  try {
    await buffer.caughtUp(AbortSignal.timeout(RECOVERY_LIMIT_MS))
  } finally {
    await buffer[Symbol.asyncDispose]()
  }
  const refused = await refusedIn(directory, seed)
  const { offered, acknowledged, taken } = tale
  const isSafe = (name: string) => taken.has(name) || sent.has(name) || (refused.has(name) && tale.refused.has(name))
  const early = [...sent, ...refused].filter((name) => !offered.has(name))
  return {
    offered: offered.size,
    acknowledged: acknowledged.size,
    recovered: [...acknowledged].filter((name) => sent.has(name) && !taken.has(name)).length,
    lost: [...acknowledged].filter((name) => !isSafe(name)),
    invented: [...strangers, ...early.map((name) => `${name}, which was never offered`)],
  }
}

async function refusedIn(directory: string, seed: number): Promise<Set<string>> {
  const refused = new Set<string>()
  for (const file of await readdir(directory)) {
    if (!file.startsWith('refused-')) continue
    for (const line of (await readFile(join(directory, file), 'utf8')).split('\n')) {
      try {
        for (const name of namesIn(seed, line).names) refused.add(name)
      } catch {
        // Torn by a kill, or blank: it holds nothing.
      }
    }
  }
  return refused
}
