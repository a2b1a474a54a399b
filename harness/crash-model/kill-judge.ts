// Compares what killed processes told with what a last buffer finds in their directory.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OtlpBuffer } from '../../stack/client/buffer/otlp-buffer.ts'
import { namesIn } from './kill-requests.ts'

/** Names of requests by what the children told of them. */
export type Tale = Record<'offered' | 'acknowledged' | 'taken' | 'refused', Set<string>>

export interface KillJudgement {
  readonly offered: number
  readonly acknowledged: number
  /** Acknowledged ones that only the last recovery brought to the backend. */
  readonly recovered: number
  readonly lost: string[]
  readonly invented: string[]
}

const RECOVERY_LIMIT_MS = 60_000

/** Recovers what is left, with a backend that takes everything. */
export async function judgeKills(directory: string, seed: number, tale: Tale): Promise<KillJudgement> {
  const sent = new Set<string>()
  const strangers: string[] = []
  const buffer = await OtlpBuffer.open({
    directory,
    transport: {
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
    await buffer.drained(AbortSignal.timeout(RECOVERY_LIMIT_MS))
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
