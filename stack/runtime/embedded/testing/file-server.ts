// A server for the tests of downloads: serves a content whole, cut or not at all, and keeps what it was asked for.
import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Shows each byte's place: no piece of it stands for another. */
export const CONTENT = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7919) % 251))

export const pinOf = (content: Buffer) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  bytes: content.length,
})

export interface FileServer extends AsyncDisposable {
  /** With a slash at its end. */
  readonly base: string
  /** Paths, each with the range that was asked for. */
  readonly asked: string[]
  answer: RequestListener
}

export async function fileServer(): Promise<FileServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? ''}`.trim())
    made.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const made: FileServer = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    answer: () => {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return made
}

/** Serves a content as a server that knows ranges; each answer is cut after the next number of bytes. */
export function serving(
  content: Buffer,
  { cuts = [], ranges = true }: { cuts?: number[]; ranges?: boolean } = {},
): RequestListener {
  const left = [...cuts]
  return (request, response) => {
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
    if (from > 0 && from >= content.length) {
      response.writeHead(416).end()
      return
    }
    const rest = content.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    })
    const cut = left.shift()
    if (cut === undefined || cut >= rest.length) response.end(rest)
    else if (cut === 0) response.destroy()
    else response.write(rest.subarray(0, cut), () => response.destroy())
  }
}
