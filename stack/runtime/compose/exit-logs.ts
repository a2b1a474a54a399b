// What containers said before they ended badly: read while the project starts, because a start that fails takes them down.
import { PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import { sleep } from '../../../core/clock.ts'

const POLL_MS = 100
const MAX_CHARACTERS = 16_384

export class LastWords implements AsyncDisposable {
  readonly #docker: Docker
  readonly #filters: { readonly label: string[] }
  readonly #abort = new AbortController()
  readonly #said = new Map<string, string>()
  readonly #done: Promise<void>

  /** Listens to every container of a compose project from its first moment on. */
  constructor(docker: Docker, project: string) {
    this.#docker = docker
    this.#filters = { label: [`com.docker.compose.project=${project}`] }
    this.#done = this.#run()
  }

  /** The last lines of a service; empty when it said nothing. */
  of(service: string, lines: number): string[] {
    const text = this.#said.get(service)?.trimEnd() ?? ''
    return text === '' ? [] : text.split('\n').slice(-lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      // The engine may go away meanwhile; then there is nothing to hear.
      const found = await this.#docker.listContainers({ all: true, filters: { ...this.#filters } }).catch(() => [])
      for (const { Id: id, Labels: labels, State: state } of found) {
        const service = labels['com.docker.compose.service'] ?? ''
        // Compose makes all containers before it starts the first; a log that is followed before that ends at once.
        if (state === 'created' || this.#said.has(service)) continue
        this.#said.set(service, '')
        await this.#listen(service, this.#docker.getContainer(id)).catch(() => this.#said.delete(service))
      }
      await sleep(POLL_MS, this.#abort.signal).catch(() => {})
    }
  }

  async #listen(service: string, container: Docker.Container): Promise<void> {
    const stream = await container.logs({
      follow: true,
      stdout: true,
      stderr: true,
      abortSignal: this.#abort.signal,
    })
    const both = new PassThrough()
    both.on('data', (chunk) => {
      this.#said.set(service, `${this.#said.get(service) ?? ''}${String(chunk)}`.slice(-MAX_CHARACTERS))
    })
    // It breaks off when the project is up and nobody needs to listen any more.
    stream.on('error', () => {})
    container.modem.demuxStream(stream, both, both)
  }
}
