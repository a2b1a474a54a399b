// Small OTLP servers for the tests of the emitters: they keep what came and answer as they are told.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js'
import { grpcPaths } from '../../../core/otlp/services.ts'

export interface HttpReceived {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface TestServer<T> extends AsyncDisposable {
  readonly endpoint: string
  readonly received: T[]
}

/** An HTTP server on a free port; `answer` ends the response, or never does. */
export async function httpServer(answer: (response: ServerResponse) => void): Promise<TestServer<HttpReceived>> {
  const received: HttpReceived[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) })
    answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    endpoint: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type GrpcAnswer = (done: (error: Partial<ServiceError> | null, answer?: Buffer) => void) => void

/** A gRPC server with both OTLP services on a free port, on raw bytes. */
export async function grpcServer(
  answer: GrpcAnswer,
): Promise<TestServer<{ readonly path: string; readonly body: Buffer }>> {
  const received: { path: string; body: Buffer }[] = []
  const server = new Server()
  const asIs = (bytes: Buffer) => bytes
  const serialization = {
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  }
  for (const path of Object.values(grpcPaths)) {
    const definition = { export: { path, requestStream: false, responseStream: false, ...serialization } }
    server.addService(definition, {
      export: (call: { request: Buffer }, done: Parameters<GrpcAnswer>[0]) => {
        received.push({ path, body: call.request })
        answer(done)
      },
    })
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  return {
    endpoint: `127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.forceShutdown()
    },
  }
}
