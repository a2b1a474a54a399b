// Opens a file of a release over HTTP: which hosts are asked, where they may lead, and what is said when they do not answer.
import { stopSignal } from '../../../core/cleanup.ts'
import { sleep } from '../../../core/clock.ts'
import { MachineError, messageOf } from '../../../core/errors.ts'

/** The hosts on which GitHub keeps what its releases hold. */
const KEPT_BY_GITHUB = ['release-assets.githubusercontent.com', 'objects.githubusercontent.com']
const MOST_REDIRECTS = 5

/** The address when it may be asked. @throws MachineError unless it is https, or http of this machine */
export function checkedAddress(address: string, shown = address): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined) throw new MachineError(`${shown} is no address of a file`)
  const isLocal = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url.protocol === 'https:' || isLocal) return url
  throw new MachineError(`${shown} is refused: files come over https only (http from this machine's loopback)`)
}

export interface Opened {
  readonly status: number
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the transfer; harmless after its end. */
  close(): void
}

/**
 * Asks for a file and follows redirects that stay on its host or lead to GitHub's storage.
 * @param from bytes that are there already
 * @param idleMs how long the server may say nothing, in milliseconds
 * @throws MachineError one line: cannot be reached, missing, or leads elsewhere
 */
export async function openFile(address: string, from: number, idleMs: number): Promise<Opened> {
  let url = checkedAddress(address)
  const control = new AbortController()
  const idle = watchSilence(idleMs, control)
  const close = () => {
    idle.end()
    control.abort()
  }
  const signal = AbortSignal.any([stopSignal, control.signal])
  const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) }
  try {
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const answer = await fetch(url, { headers, redirect: 'manual', signal }).catch((error: unknown) => {
        stopSignal.throwIfAborted()
        throw new MachineError(`${url.origin}${url.pathname} cannot be reached: ${reasonOf(error)}`)
      })
      const location = answer.headers.get('location')
      if (answer.status < 300 || answer.status > 399 || location === null) {
        if (![200, 206, 416].includes(answer.status))
          throw new MachineError(`${url.origin}${url.pathname} cannot be had: the server answers ${answer.status}`)
        return { status: answer.status, headers: answer.headers, body: kept(answer, idle), close }
      }
      await answer.body?.cancel()
      url = redirected(url, location)
    }
    throw new MachineError(`${address} leads from address to address without an end`)
  } catch (error) {
    close()
    throw error
  }
}

/** The innermost reason of a failed request. */
export function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  return cause === undefined ? messageOf(error) : reasonOf(cause)
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined
  // The query of such an address may be signed: it is shown nowhere.
  if (to === undefined || (to.host !== from.host && !KEPT_BY_GITHUB.includes(to.host)))
    throw new MachineError(
      `${from.origin}${from.pathname} leads to another host, ${to?.host ?? 'unreadable'}; not followed`,
    )
  return checkedAddress(to.href, `${to.origin}${to.pathname}`)
}

interface Watch {
  heard(): void
  end(): void
}

/** Aborts when nothing was heard for so long. */
function watchSilence(idleMs: number, control: AbortController): Watch {
  let current = new AbortController()
  const heard = () => {
    current.abort()
    current = new AbortController()
    const { signal } = current
    const over = () => {
      if (!signal.aborted) control.abort(new Error(`nothing came for ${idleMs / 1000} s`))
    }
    sleep(idleMs, signal).then(over, () => {})
  }
  heard()
  return { heard, end: () => current.abort() }
}

async function* kept(answer: Response, idle: Watch): AsyncGenerator<Uint8Array> {
  for await (const chunk of answer.body ?? []) {
    idle.heard()
    yield chunk
  }
}
