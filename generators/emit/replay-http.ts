// Replay over HTTP, in protobuf or JSON, with either framing.
import { Agent } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { encodeRequest } from '../../core/otlp/codec.ts'
import type { Batch, Emitter } from '../batch.ts'
import { httpAnswer, httpFailure } from './answers.ts'
import { httpPost } from './http-post.ts'
import type { ReplayOptions } from './options.ts'

const compress = promisify(gzip)

export function httpReplay(options: ReplayOptions): Emitter {
  const { protocol, endpoint, timeoutMs, framing = 'length', compression = 'none' } = options
  const agent = new Agent({ keepAlive: true })
  const isJson = protocol === 'http/json'
  const headers = {
    'content-type': isJson ? 'application/json' : 'application/x-protobuf',
    ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    ...options.headers,
  }
  return {
    name: `replay ${protocol} ${framing}${compression === 'gzip' ? ' gzip' : ''}`,
    async send(batch) {
      const plain = isJson ? jsonBytes(batch) : encodeRequest(batch.request)
      const body = compression === 'gzip' ? await compress(plain) : plain
      try {
        return httpAnswer(
          await httpPost({ url: new URL(`/v1/${batch.signal}`, endpoint), body, headers, framing, timeoutMs, agent }),
        )
      } catch (error) {
        return httpFailure(error)
      }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
    },
  }
}

function jsonBytes(batch: Batch): Buffer {
  return Buffer.from(batch.json ?? JSON.stringify(batch.request))
}
