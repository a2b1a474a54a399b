// What a buffer finds on a disk after a crash: the real one is opened on it, with a backend that takes everything.
import type { Disk } from '../../stack/client/buffer/disk.ts'
import { OtlpBuffer } from '../../stack/client/buffer/otlp-buffer.ts'
import type { Files } from './crash-disk.ts'
import { MemoryDisk } from './memory-disk.ts'
import type { Requests } from './requests.ts'

export interface Recovered {
  /** Requests that the backend was sent. */
  readonly sent: ReadonlySet<number>
  /** Requests in `refused` files. */
  readonly refused: ReadonlySet<number>
  /** Content that nobody ever offered. */
  readonly strangers: readonly string[]
}

/** @returns undefined when the buffer would not open, or did not come to an end before the signal aborted */
export async function recover(
  files: Files,
  requests: Requests,
  signal: AbortSignal,
  sabotage: (disk: Disk) => Disk = (disk) => disk,
): Promise<Recovered | undefined> {
  const disk = new MemoryDisk(files)
  const sent = new Set<number>()
  const strangers: string[] = []
  const buffer = await OtlpBuffer.open({
    directory: '/crash/buffer',
    disk: sabotage(disk),
    transport: {
      name: 'the one that takes all',
      async send(message) {
        const found = requests.inMessage(message)
        for (const { id } of found.requests) sent.add(id)
        strangers.push(...found.strangers)
        return { kind: 'accepted' }
      },
      async [Symbol.asyncDispose]() {},
    },
    log: () => {},
  }).catch(() => undefined)
  if (buffer === undefined) return undefined
  try {
    await buffer.drained(signal)
  } catch {
    return undefined
  } finally {
    await buffer[Symbol.asyncDispose]()
  }
  return { sent, strangers, refused: refusedIn(disk.files, requests) }
}

function refusedIn(files: Files, requests: Requests): Set<number> {
  const refused = new Set<number>()
  for (const [name, content] of files) {
    if (!name.startsWith('refused-')) continue
    for (const line of content.toString().split('\n')) {
      try {
        for (const { id } of requests.in(line).requests) refused.add(id)
      } catch {
        // Torn by the crash, or blank: it holds nothing.
      }
    }
  }
  return refused
}
