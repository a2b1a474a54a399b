// A container engine of a test's own, which it may stop and start. It belongs into a network of its own: two engines in one take each other's bridges away.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../../core/poll.ts'
import { engineAtHand } from './engine.ts'
import { ended } from './started.ts'

const run = promisify(execFile)
const START_MS = 60_000
/** Makes what follows it a world of its own, which ends with it: network and processes. */
export const OWN_WORLD = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'] as const

/** Why there cannot be one here; empty when there can. Its images are those of the engine at hand. */
export async function ownEngineMissing(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can start an engine'
  for (const [program = '', ...words] of [
    ['dockerd', '--version'],
    ['ip', '-Version'],
    [...OWN_WORLD, 'true'],
  ])
    if ((await run(program, words).catch(() => undefined)) === undefined) return `\`${program}\` does not run here`
  return (await engineAtHand()).missing
}

export class OwnEngine implements AsyncDisposable {
  readonly host: string
  readonly #room: string
  #daemon: ChildProcess | undefined

  private constructor(room: string) {
    this.#room = room
    this.host = `unix://${join(room, 'docker.sock')}`
  }

  static async start(): Promise<OwnEngine> {
    const engine = new OwnEngine(await mkdtemp(join(tmpdir(), 'telemetry-proof-engine-')))
    try {
      await run('ip', ['link', 'set', 'lo', 'up'])
      await engine.up()
    } catch (error) {
      await engine[Symbol.asyncDispose]()
      throw error
    }
    return engine
  }

  /** Resolves when it answers. */
  async up(): Promise<void> {
    const at = (name: string) => join(this.#room, name)
    const places = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')]
    const daemon = spawn('dockerd', ['--host', this.host, ...places], { stdio: 'ignore' })
    this.#daemon = daemon
    await until(
      'an answer of the engine',
      async () => {
        if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}`)
        return await this.docker('version').then(
          () => true,
          () => false,
        )
      },
      { timeoutMs: START_MS },
    )
  }

  /** Ends the engine, and every container with it. */
  async down(): Promise<void> {
    const daemon = this.#daemon
    if (daemon === undefined) return
    daemon.kill('SIGTERM')
    await ended(daemon)
  }

  /** Takes images over from the engine at hand. */
  async load(images: readonly string[]): Promise<void> {
    await run('bash', ['-c', 'set -o pipefail; docker save "$@" | docker --host "$0" load', this.host, ...images])
  }

  async docker(...words: string[]): Promise<string> {
    return (await run('docker', ['--host', this.host, ...words])).stdout.trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down()
    await rm(this.#room, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}
