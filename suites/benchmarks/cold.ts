// Benchmarks of what people wait for, each against its limit: median over several runs, as these machines are noisy.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopSignal } from '../core/cleanup.ts'
import { monotonicMs } from '../core/clock.ts'
import { UserError } from '../core/errors.ts'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'

export interface Benchmark {
  readonly name: string
  readonly what: string
  readonly limitSeconds: number
  /** Whether it runs unless asked for by name: the long ones do not. */
  readonly usual: boolean
  /** Seconds of one run. */
  readonly measure: () => Promise<number>
}

export interface BenchmarkResult {
  readonly name: string
  readonly what: string
  readonly runs: number
  readonly minSeconds: number
  readonly medianSeconds: number
  readonly maxSeconds: number
  readonly limitSeconds: number
  readonly withinLimit: boolean
}

export const benchmarks: readonly Benchmark[] = [
  { name: 'stack-up', what: 'the stack comes up, components cached', limitSeconds: 3, usual: true, measure: stackUp },
  {
    name: 'verify-smoke',
    what: 'verify:platform, smoke profile, warm',
    limitSeconds: 20,
    usual: true,
    measure: () => verifyOnce('smoke', 'embedded'),
  },
  {
    name: 'verify-standard',
    what: 'verify:platform, standard profile, warm',
    limitSeconds: 60,
    usual: true,
    measure: () => verifyOnce('standard', 'embedded'),
  },
  {
    name: 'verify-containers',
    what: 'verify:platform in containers, standard profile, warm',
    limitSeconds: 180,
    usual: false,
    measure: () => verifyOnce('standard', 'docker'),
  },
  {
    name: 'tests',
    what: 'npm test, warm',
    limitSeconds: 180,
    usual: false,
    measure: () => npm(projectRoot, ['test'], process.env),
  },
  {
    name: 'cold',
    what: 'a fresh clone with empty caches, to the verdict',
    limitSeconds: 360,
    usual: false,
    measure: cold,
  },
]

/** Runs one benchmark. The first of several runs is not dropped: people have a first run too. */
export async function runBenchmark(
  benchmark: Benchmark,
  runs: number,
  progress: (message: string) => void,
): Promise<BenchmarkResult> {
  const seconds: number[] = []
  for (let run = 0; run < runs; run += 1) {
    stopSignal.throwIfAborted()
    progress(`${benchmark.name}: run ${run + 1} of ${runs}`)
    seconds.push(await benchmark.measure())
  }
  seconds.sort((a, b) => a - b)
  const at = (index: number) => Math.round((seconds[index] ?? 0) * 1000) / 1000
  const middle = seconds.length >> 1
  const medianSeconds = seconds.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
  const { name, what, limitSeconds } = benchmark
  return {
    name,
    what,
    runs,
    minSeconds: at(0),
    medianSeconds,
    maxSeconds: at(seconds.length - 1),
    limitSeconds,
    withinLimit: medianSeconds <= limitSeconds,
  }
}

async function stackUp(): Promise<number> {
  const startMs = monotonicMs()
  const stack = await startEmbedded({ stackDirectory, ports: 'free' })
  const seconds = (monotonicMs() - startMs) / 1000
  await stack[Symbol.asyncDispose]()
  return seconds
}

async function verifyOnce(profile: string, runtime: string): Promise<number> {
  const out = await mkdtemp(join(tmpdir(), 'telemetry-proof-bench-'))
  try {
    const flags = ['--runtime', runtime, '--profile', profile, '--out', out]
    return await npm(projectRoot, ['run', 'verify:platform', '--', ...flags], process.env)
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

async function cold(): Promise<number> {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-cold-'))
  try {
    await command('git', ['clone', '--quiet', projectRoot, join(room, 'clone')], projectRoot, process.env)
    const own = {
      HOME: room,
      TELEMETRY_PROOF_CACHE: join(room, 'cache'),
      TELEMETRY_PROOF_DATA: join(room, 'data'),
      GOCACHE: join(room, 'go-build'),
      GOMODCACHE: join(room, 'go-mod'),
      npm_config_cache: join(room, 'npm'),
    }
    return await npm(join(room, 'clone'), ['run', 'verify:platform'], { ...process.env, ...own })
  } finally {
    // Go makes its module cache read-only.
    await command('chmod', ['-R', 'u+w', room], projectRoot, process.env)
    await rm(room, { recursive: true, force: true })
  }
}

function npm(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return command('npm', args, cwd, env)
}

/** Seconds that a command took. @throws UserError when it fails: a failing run says nothing about speed */
async function command(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
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
