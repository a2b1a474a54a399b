// A gRPC client that sends bytes unseen, and tells how they were answered.
import { Client, compressionAlgorithms, credentials, Metadata } from '@grpc/grpc-js'
import { grpcPaths } from '../../../core/otlp/services.ts'

export interface GrpcReply {
  /** A gRPC status. */
  readonly code: number
  readonly details: string
  readonly metadata: Metadata
  /** The bytes of the answer, when there is one. */
  readonly body: Buffer | undefined
}

export interface GrpcCaller extends Disposable {
  call(bytes: Buffer, path?: string): Promise<GrpcReply>
}

export function grpcCaller(address: string, { gzip = false } = {}): GrpcCaller {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': gzip ? compressionAlgorithms.gzip : compressionAlgorithms.identity,
    'grpc.enable_retries': 0,
    'grpc.max_send_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
  })
  return {
    call: (bytes, path = grpcPaths.logs) =>
      new Promise((resolve) => {
        client.makeUnaryRequest(path, asIs, asIs, bytes, (error, body) => {
          if (error) resolve({ code: error.code, details: error.details, metadata: error.metadata, body: undefined })
          else resolve({ code: 0, details: '', metadata: new Metadata(), body })
        })
      }),
    [Symbol.dispose]: () => client.close(),
  }
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}
