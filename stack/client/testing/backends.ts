// Small OTLP backends on loopback: they keep what came, answer as they are told, and can go away and come back at the same port.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Metadata, Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js'
import { encodeResponse, type Signal } from '../../../core/otlp/codec.ts'
import { grpcPaths } from '../../../core/otlp/services.ts'

export interface HttpReceived {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Backend<Received> extends AsyncDisposable {
  readonly port: number
  readonly received: Received[]
}

/** `answer` ends the response, or never does. */
export async function httpBackend(
  answer: (response: ServerResponse, received: HttpReceived) => void = (response) => response.end(),
  port = 0,
): Promise<Backend<HttpReceived>> {
  const received: HttpReceived[] = []
  const server = createServer(async (request, response) => {
    const one = { path: request.url ?? '', headers: request.headers, body: await buffer(request) }
    received.push(one)
    answer(response, one)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    received,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

export interface GrpcReceived {
  readonly signal: Signal
  readonly metadata: Metadata
  readonly body: Buffer
}

type Done = sendUnaryData<Buffer>

/** `answer` calls `done`, or never does. */
export async function grpcBackend(
  answer: (done: Done) => void = (done) => done(null, encodeResponse()),
  port = 0,
): Promise<Backend<GrpcReceived>> {
  const received: GrpcReceived[] = []
  const server = new Server()
  const form = { requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs }
  for (const signal of ['logs', 'metrics'] as const) {
    const method = { path: grpcPaths[signal], requestStream: false, responseStream: false, ...form }
    server.addService(
      { export: method },
      {
        export: ({ request, metadata }: { readonly request: Buffer; readonly metadata: Metadata }, done: Done) => {
          received.push({ signal, metadata, body: request })
          answer(done)
        },
      },
    )
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, found) =>
      error ? reject(error) : resolve(found),
    )
  })
  return {
    port: bound,
    received,
    async [Symbol.asyncDispose]() {
      server.forceShutdown()
    },
  }
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}
