// Sends requests that are encoded already, over gRPC or HTTP.
import { Agent } from 'node:http'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Answer } from '../batch.ts'
import { httpAnswer, httpFailure } from './answers.ts'
import { httpPost } from './http-post.ts'
import type { ReplayOptions } from './options.ts'
import { type BytesSender, grpcSender } from './replay-grpc.ts'

const compress = promisify(gzip)
/** As exporters do it: for speed. */
const FAST = { level: constants.Z_BEST_SPEED }

export type BytesProtocol = 'grpc' | 'http/protobuf'

export function bytesSender(options: ReplayOptions & { readonly protocol: BytesProtocol }): BytesSender {
  return options.protocol === 'grpc' ? grpcSender(options) : httpSender(options)
}

function httpSender({
  endpoint,
  timeoutMs,
  compression = 'none',
  headers = {},
  framing = 'length',
}: ReplayOptions): BytesSender {
  const agent = new Agent({ keepAlive: true })
  const all = {
    'content-type': 'application/x-protobuf',
    ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    ...headers,
  }
  return {
    async send(signal, bytes): Promise<Answer> {
      const body = compression === 'gzip' ? await compress(bytes, FAST) : bytes
      const url = new URL(`/v1/${signal}`, endpoint)
      return httpPost({ url, body, headers: all, framing, timeoutMs, agent }).then(httpAnswer, httpFailure)
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
    },
  }
}
