// Clients behind a proxy, and targets for them, for the tests of the proxy: each client finds its proxy in its own variables.
import { Agent } from 'node:http'
import { afterEach, beforeEach, vi } from 'vitest'
import { grpcServer, httpServer } from '../../../generators/emit/testing/test-servers.ts'
import { grpcClient, post } from './clients.ts'

const variables = ['grpc_proxy', 'https_proxy', 'http_proxy', 'no_grpc_proxy', 'no_proxy']

export const startTarget = () => grpcServer((done) => done(null, Buffer.alloc(0)))
export const startHttpTarget = () => httpServer((response) => response.end('{}'))

/** A grpc-js client that found these variables as its channel was made. */
export function grpcThrough(endpoint: string, env: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const client = grpcClient(endpoint)
  clearProxies()
  return client
}

function clearProxies(): void {
  for (const name of variables) {
    vi.stubEnv(name, undefined)
    vi.stubEnv(name.toUpperCase(), undefined)
  }
}

/** What a test file calls whose clients must find no proxy in the variables of the machine. */
export function withoutProxies(): void {
  beforeEach(clearProxies)
  afterEach(() => void vi.unstubAllEnvs())
}

export const postThrough = (endpoint: string, env: Readonly<Record<string, string>>, body?: Buffer) =>
  post(endpoint, 10_000, { agent: new Agent({ proxyEnv: env }), ...(body && { body }) })
