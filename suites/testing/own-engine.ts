// A container engine of a test's own, which it may stop and start: that of the machine is never touched.
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
const ADDRESSES = '10.213.0.0/16'
/** Its containers reach each other also where the rules of another engine drop what is forwarded. */
const RULE = ['FORWARD', '--source', ADDRESSES, '--destination', ADDRESSES, '--jump', 'ACCEPT']

/** Why there cannot be one here; empty when there can. Its images are those of the engine at hand. */
export async function ownEngineMissing(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can start an engine'
  for (const program of ['dockerd', 'iptables'])
    if ((await run(program, ['--version']).catch(() => undefined)) === undefined) return `no ${program} is here`
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
      await run('iptables', ['--insert', ...RULE])
      await engine.up()
    } catch (error) {
      await engine[Symbol.asyncDispose]()
      throw error
    }
    return engine
  }

  /** Resolves when it answers. Two engines on one machine share neither bridge, addresses nor rules of the firewall. */
  async up(): Promise<void> {
    const at = (name: string) => join(this.#room, name)
    const daemon = spawn(
      'dockerd',
      [
        ...['--host', this.host, '--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')],
        ...['--bridge', 'none', '--iptables=false', '--ip6tables=false'],
        ...['--default-address-pool', `base=${ADDRESSES},size=24`],
      ],
      { stdio: 'ignore' },
    )
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
    await run('iptables', ['--delete', ...RULE]).catch(() => {})
    await rm(this.#room, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}
