// Sends any bytes to any path, for requests that no client would make.
import { type Framing, httpPost } from './http-post.ts'

export interface RawRequest {
  /** `http://127.0.0.1:4318` */
  readonly endpoint: string
  /** `/v1/logs` */
  readonly path: string
  readonly body: Buffer | string
  readonly contentType: string
  /** `length` when absent. */
  readonly framing?: Framing
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/**
 * One POST on a connection of its own; any status is returned.
 * @throws Error when no answer comes (connection refused or broken, time out)
 */
export async function sendRaw(raw: RawRequest): Promise<{ readonly status: number; readonly body: string }> {
  const response = await httpPost({
    url: new URL(raw.path, raw.endpoint),
    body: Buffer.from(raw.body),
    headers: { 'content-type': raw.contentType, ...raw.headers },
    framing: raw.framing ?? 'length',
    timeoutMs: raw.timeoutMs,
  })
  return { status: response.status, body: response.body.toString() }
}
