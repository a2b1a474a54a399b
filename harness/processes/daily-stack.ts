// The daily stack as a person has it, in a place of its own: its keeper in the background, and what its commands find out.
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { atExit } from '../../core/cleanup.ts'
import { UserError } from '../../core/errors.ts'
import { cacheDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { freePort } from '../../core/ports.ts'
import { processMark } from '../../core/process.ts'
import { entrySchema } from '../../stack/runtime/running-stacks.ts'
import type { RuntimeKind } from '../../stack/runtime/runtime.ts'

const run = promisify(execFile)
/** For hangs: containers take half a minute to start, and a restore starts them three times. */
const START_MS = 240_000
/** The variables of the ports that the daily stack holds. */
export const DAILY_PORTS = [
  'OTLP_GRPC_PORT',
  'OTLP_HTTP_PORT',
  'COLLECTOR_HEALTH_PORT',
  'COLLECTOR_METRICS_PORT',
  'CLICKHOUSE_HTTP_PORT',
  'CLICKHOUSE_NATIVE_PORT',
  'RELAY_GRPC_PORT',
  'RELAY_HTTP_PORT',
] as const
/** What a person has set up for a stack of their own is no concern of this one. */
const FOREIGN = /^(?:OTEL_|CLAUDE_CODE_|CLICKHOUSE_|TELEMETRY_|RELAY_|OTLP_|COLLECTOR_)/

interface Parts {
  readonly stackDirectory: string
  readonly runtime: RuntimeKind
  readonly room: string
  readonly environment: Readonly<Record<string, string>>
}

export class DailyStack implements AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>
  readonly #stackDirectory: string
  readonly #runtime: RuntimeKind
  readonly #room: string
  readonly #atExit: Disposable

  private constructor({ stackDirectory, runtime, room, environment }: Parts) {
    this.#stackDirectory = stackDirectory
    this.#runtime = runtime
    this.#room = room
    this.environment = environment
    this.#atExit = atExit(() => this[Symbol.asyncDispose]())
  }

  /** @param stackDirectory whose keeper and commands they are */
  static async start(stackDirectory: string, runtime: RuntimeKind = 'embedded'): Promise<DailyStack> {
    const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-daily-'))
    const kept = Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || FOREIGN.test(name) ? [] : [[name, value] as const],
    )
    const environment: Record<string, string> = {
      ...Object.fromEntries(kept),
      TELEMETRY_PROOF_DATA: join(room, 'data'),
      TELEMETRY_PROOF_CACHE: cacheDirectory(),
    }
    for (const port of DAILY_PORTS) environment[port] = String(await freePort())
    await mkdir(join(room, 'data/stack/logs'), { recursive: true })
    const daily = new DailyStack({ stackDirectory, runtime, room, environment })
    try {
      await daily.keep()
    } catch (error) {
      await daily[Symbol.asyncDispose]()
      throw error
    }
    return daily
  }

  get directory(): string {
    return join(this.#room, 'data/stack')
  }

  /** Starts its keeper, as `up` does. @throws UserError when it does not come up */
  async keep(): Promise<void> {
    const keeper = fork(join(this.#stackDirectory, 'daily/keeper.ts'), [this.#runtime, 'relay'], {
      env: this.environment,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const said = z.object({ kind: z.string(), message: z.string().default('') })
    for (;;) {
      const [raw]: unknown[] = await Promise.race([
        once(keeper, 'message', { signal: AbortSignal.timeout(START_MS) }),
        once(keeper, 'exit').then(() => [{ kind: 'failed', message: 'it ended' }]),
      ])
      const { kind, message } = said.parse(raw)
      if (kind === 'failed') throw new UserError(`the daily stack does not come up: ${message}`)
      if (kind === 'ready') break
    }
    keeper.disconnect()
    keeper.unref()
  }

  /**
   * What the stack's own code says in the place of this stack.
   * @param expression in which `load('daily/state.ts')` imports a module of the stack
   */
  async ask(expression: string, variables: Readonly<Record<string, string>> = {}): Promise<unknown> {
    // What it forks is no script of this kind.
    const script = `process.execArgv = []
      const load = (module) => import(${JSON.stringify(`${this.#stackDirectory}/`)} + module)
      process.stdout.write(JSON.stringify((await (${expression})) ?? null), () => process.exit(0))`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...this.environment, ...variables },
      timeout: START_MS,
    })
    return JSON.parse(stdout)
  }

  async keeper(): Promise<number> {
    const text = await readFile(join(this.directory, 'state.json'), 'utf8')
    return z.object({ keeper: z.object({ pid: z.number() }) }).parse(JSON.parse(text)).keeper.pid
  }

  /** The processes that run, by the name of their service. */
  async processes(): Promise<ReadonlyMap<string, number>> {
    const directory = join(this.#room, 'data/running')
    const files = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'))
    const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8').catch(() => '{}')))
    const entries = texts.flatMap((text) => entrySchema.safeParse(JSON.parse(text)).data ?? [])
    const alive = entries.flatMap(({ processes }) => processes).filter(({ pid, mark }) => processMark(pid) === mark)
    return new Map(alive.map(({ name, pid }) => [name, pid]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#atExit[Symbol.dispose]()
    if (this.#runtime !== 'embedded')
      await this.ask(
        `(await load('daily/daily.ts')).down().then(async () => (await load('daily/daily.ts')).purge())`,
      ).catch(() => {})
    const keeper = await this.keeper().catch(() => undefined)
    const left = [...(await this.processes()).values()]
    for (const pid of keeper === undefined ? left : [keeper, ...left]) end(pid)
    await until('the end of the daily stack', async () => (await this.processes()).size === 0, {
      timeoutMs: 10_000,
    }).catch(() => {})
    await rm(this.#room, { recursive: true, force: true, maxRetries: 5 })
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
