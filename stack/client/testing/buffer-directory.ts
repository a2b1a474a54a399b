// A directory of each test's own, the buffers that are opened on it, and what they say.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { BufferOptions } from '../buffer/options.ts'
import { OtlpBuffer } from '../buffer/otlp-buffer.ts'
import type { ScriptedTransport } from './scripted-transport.ts'

export const limit = () => AbortSignal.timeout(10_000)

/** To be called once by a test file. */
export function useBufferDirectory() {
  let directory = ''
  /** The lines that buffers said in this test. */
  const said: string[] = []
  /** A path below the directory. */
  const at = (...names: string[]) => join(directory, ...names)

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'buffer-test-'))
    said.length = 0
  })
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  /** A buffer that is quick to try again. */
  function open(transport: ScriptedTransport, options: Partial<BufferOptions> = {}) {
    const quick = { retryBaseMs: 5, parkedRetryMs: 20, answerWithinMs: 50 }
    return OtlpBuffer.open({ directory, transport, log: (line) => void said.push(line), ...quick, ...options })
  }

  /** The names of its files of a kind, in order. */
  async function files(kind: string): Promise<string[]> {
    return (await readdir(directory)).filter((name) => name.startsWith(`${kind}-`)).sort()
  }

  async function linesOf(kind: string): Promise<string[]> {
    const texts = await Promise.all((await files(kind)).map((name) => readFile(at(name), 'utf8')))
    return texts
      .join('')
      .split('\n')
      .filter((line) => line !== '')
  }

  return { said, at, open, files, linesOf }
}
