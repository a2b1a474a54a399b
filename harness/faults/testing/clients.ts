// Plain clients for tests of a hostile network: what grpc-js and node:http themselves report, classified by nobody.
import { Agent } from 'node:http'
import { Client, credentials, logVerbosity, Metadata, setLogger, setLogVerbosity, status } from '@grpc/grpc-js'
import { nowMs } from '../../../core/clock.ts'
import { grpcPaths } from '../../../core/otlp/services.ts'
import { httpPost } from '../../../generators/emit/http-post.ts'

/** What grpc-js wrote where people may or may not look. */
export const grpcLog: string[] = []
setLogger({ error: (line: string) => void grpcLog.push(line) })
setLogVerbosity(logVerbosity.ERROR)

export interface GrpcResult {
  readonly code: keyof typeof status
  readonly details: string
}

export interface GrpcClient extends Disposable {
  call(timeoutMs: number, body?: Buffer): Promise<GrpcResult>
}

/** The proxy variables that hold now are read here, once. */
export function grpcClient(endpoint: string): GrpcClient {
  const client = new Client(endpoint, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    'grpc.max_receive_message_length': -1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 100,
  })
  const asIs = (bytes: Buffer) => bytes
  return {
    call: (timeoutMs, body = Buffer.from('x')) =>
      new Promise((resolve) => {
        const deadline = nowMs() + timeoutMs
        client.makeUnaryRequest(grpcPaths.logs, asIs, asIs, body, new Metadata(), { deadline }, (error) => {
          const code = status[error?.code ?? status.OK] as keyof typeof status
          resolve({ code, details: error?.details ?? '' })
        })
      }),
    [Symbol.dispose]: () => client.close(),
  }
}

/** An answer as `200 text/html`, a failure as its code: `ECONNRESET`. */
export async function post(
  endpoint: string,
  timeoutMs: number,
  options: { readonly agent?: Agent; readonly body?: Buffer; readonly headers?: Record<string, string> } = {},
): Promise<string> {
  const { agent = new Agent(), body = Buffer.from('{}'), headers = {} } = options
  try {
    const { status: code, contentType } = await httpPost({
      url: new URL(endpoint),
      body,
      headers,
      timeoutMs,
      agent,
      framing: 'length',
    })
    return `${code} ${contentType.split(';')[0]}`.trim()
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}
