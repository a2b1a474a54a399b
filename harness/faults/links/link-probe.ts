// One connection of the harness's own through a link (or past it), and what it met: how long, how much, how it ended.
import { connect } from 'node:net'
import { monotonicMs, sleep } from '../../../core/clock.ts'
import type { Conversation } from './probe-protocols.ts'

export interface ProbeResult {
  /** `answered`: everything was answered. Else what came instead; `silent`: nothing more, until the probe gave up. */
  readonly end: 'answered' | 'refused' | 'reset' | 'closed' | 'silent'
  readonly rounds: number
  readonly answeredRounds: number
  readonly receivedBytes: number
  /** From the start until the last answer or the end. */
  readonly tookMs: number
  /** From our closing until the other end had closed too; undefined when it did not, or we never came to close. */
  readonly closedMs: number | undefined
}

export interface ProbeOptions {
  /** host:port */
  readonly at: string
  readonly conversation: Conversation
  readonly rounds: number
  /** When to give up, for the answers and again for the end. */
  readonly limitMs: number
}

/** Asks, waits for every answer, closes. Never throws for what it meets. */
export async function probe({ at, conversation, rounds, limitMs }: ProbeOptions): Promise<ProbeResult> {
  const { hostname, port } = new URL(`tcp://${at}`)
  const chunks: Buffer[] = []
  const startMs = monotonicMs()
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const ended = new Promise<ProbeResult['end']>((resolve) => {
    socket.once('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'reset'))
    socket.once('end', () => resolve('closed'))
    socket.once('close', () => resolve('closed'))
  })
  const answered = new Promise<ProbeResult['end']>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (conversation.answered(Buffer.concat(chunks)) >= rounds) resolve('answered')
    })
  })
  socket.write(conversation.request(rounds))
  const end = await first([answered, ended], limitMs)
  const tookMs = monotonicMs() - startMs
  let closedMs: number | undefined
  if (end === 'answered') {
    const closingMs = monotonicMs()
    socket.end()
    if ((await first([ended], limitMs)) !== undefined) closedMs = monotonicMs() - closingMs
  }
  socket.destroy()
  const received = Buffer.concat(chunks)
  return {
    end: end ?? 'silent',
    rounds,
    answeredRounds: conversation.answered(received),
    receivedBytes: received.length,
    tookMs,
    closedMs,
  }
}

/** The first to come; undefined at the limit. */
async function first<T>(promises: readonly Promise<T>[], limitMs: number): Promise<T | undefined> {
  const abort = new AbortController()
  try {
    return (await Promise.race([...promises, sleep(limitMs, abort.signal).catch(() => {})])) ?? undefined
  } finally {
    abort.abort()
  }
}
