// Replay over gRPC: the bytes go into the call unseen.

import { Client, compressionAlgorithms, credentials, Metadata } from '@grpc/grpc-js'
import { nowMs } from '../../core/clock.ts'
import { decodeResponse, encodeRequest } from '../../core/otlp/codec.ts'
import { grpcPaths } from '../../core/otlp/services.ts'
import type { Answer, Emitter } from '../batch.ts'
import { grpcFailure, partialAnswer } from './answers.ts'
import type { ReplayOptions } from './options.ts'

/** Sends requests that are encoded already. */
export interface BytesSender extends AsyncDisposable {
  send(signal: 'logs' | 'metrics', bytes: Buffer): Promise<Answer>
}

export function grpcSender(options: ReplayOptions): BytesSender {
  const { endpoint, timeoutMs, compression = 'none' } = options
  const algorithm = compression === 'gzip' ? compressionAlgorithms.gzip : compressionAlgorithms.identity
  const client = new Client(endpoint, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': algorithm,
    'grpc.enable_retries': 0,
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': -1,
    // An own connection that is tried again soon: after a fault has healed, nothing waits for a backoff of minutes.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 500,
  })
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(options.headers ?? {})) metadata.set(key, value)
  return {
    send: (signal, bytes) =>
      new Promise<Answer>((resolve) => {
        const deadline = nowMs() + timeoutMs
        client.makeUnaryRequest(grpcPaths[signal], asIs, asIs, bytes, metadata, { deadline }, (error, answer) => {
          if (error !== null) resolve(grpcFailure(error))
          else resolve(partialAnswer(answer === undefined ? undefined : decodeResponse(answer)))
        })
      }),
    async [Symbol.asyncDispose]() {
      client.close()
    },
  }
}

export function grpcReplay(options: ReplayOptions): Emitter {
  const sender = grpcSender(options)
  return {
    name: `replay grpc${options.compression === 'gzip' ? ' gzip' : ''}`,
    send: (batch) => sender.send(batch.signal, encodeRequest(batch.request)),
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  }
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}
