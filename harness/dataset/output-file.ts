// One file of a dataset while it is written: compressed or converted on its way, measured, and never waited for in vain.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { property } from '../../core/property.ts'
import type { Conversion } from '../../stack/runtime/embedded/clickhouse-local.ts'

export interface FileSums {
  readonly bytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

export interface Way {
  readonly conversion?: Conversion | undefined
  readonly compressor?: Transform | undefined
}

export class OutputFile {
  readonly #input: Writable
  readonly #conversion: Conversion | undefined
  readonly #whole: Promise<void>
  readonly #failure: Promise<never>
  readonly #hash = createHash('sha256')
  #bytes = 0

  /** @param path a file that is made, or a stream, which is ended */
  constructor(path: string | Writable, { conversion, compressor }: Way) {
    const meter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#bytes += chunk.length
        this.#hash.update(chunk)
        done(null, chunk)
      },
    })
    const target = typeof path === 'string' ? createWriteStream(path, { flags: 'wx' }) : path
    const first = compressor ?? meter
    const behind = compressor === undefined ? [] : [meter]
    this.#conversion = conversion
    this.#input = conversion?.input ?? first
    const flow =
      conversion === undefined
        ? pipeline([first, ...behind, target])
        : pipeline([conversion.output, first, ...behind, target]).finally(() => {
            // Nobody takes what it makes any more.
            if (target.errored) conversion.kill()
          })
    const explained = flow.catch((error: unknown) => {
      if (typeof path !== 'string' || property(error, 'syscall') === undefined) throw error
      throw new UserError(`${path} cannot be written: ${messageOf(error)}`, ExitCode.unknown)
    })
    this.#whole = Promise.all([explained, conversion?.done]).then(() => {})
    this.#failure = new Promise((_, reject) => this.#whole.catch(reject))
    this.#failure.catch(() => {})
  }

  /** Waits while the way is full. @throws UserError when it cannot be written */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#input.write(bytes)) return
    await Promise.race([once(this.#input, 'drain'), this.#failure])
  }

  /** @throws UserError when it is not whole */
  async end(): Promise<FileSums> {
    this.#input.end()
    await this.#whole
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  /** Gives it up. */
  abandon(): void {
    this.#conversion?.kill()
    this.#input.destroy()
  }
}
