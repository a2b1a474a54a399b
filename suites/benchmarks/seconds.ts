// How long a program takes from its start to its end, as a person would run it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import { projectRoot } from '../../core/paths.ts'

export interface Program {
  readonly program: string
  readonly args: readonly string[]
  /** The checkout when absent. */
  readonly cwd?: string
  /** This process's when absent. */
  readonly env?: NodeJS.ProcessEnv
}

/** Seconds that a program took. @throws UserError when it fails: a failing run says nothing about speed */
export async function secondsOf({ program, args, cwd = projectRoot, env = process.env }: Program): Promise<number> {
  const startMs = monotonicMs()
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'ignore'] })
  const stop = () => void child.kill('SIGTERM')
  stopSignal.addEventListener('abort', stop)
  const [code]: unknown[] = await once(child, 'exit')
  stopSignal.removeEventListener('abort', stop)
  if (code !== 0)
    throw new UserError(`${program} ${args.join(' ')} ended with ${String(code)}; run it alone to see why`)
  return (monotonicMs() - startMs) / 1000
}

/** Seconds of `npm run verify:platform` with that profile and runtime. @throws UserError when it fails */
export async function secondsOfVerify(profile: string, runtime: string): Promise<number> {
  const out = await mkdtemp(join(tmpdir(), 'telemetry-proof-bench-'))
  try {
    const flags = ['--runtime', runtime, '--profile', profile, '--out', out]
    return await secondsOf({ program: 'npm', args: ['run', 'verify:platform', '--', ...flags] })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}
