// Emitters for a stack's endpoints, one for each protocol.
import type { Emitter } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { sdkEmitter } from '../../generators/emit/sdk.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

const TIMEOUT_MS = 30_000

export const protocols = ['grpc', 'http/protobuf', 'http/json'] as const
export type Protocol = (typeof protocols)[number]

/** Through the official OpenTelemetry exporter. */
export function sdk(stack: Stack, protocol: Protocol): Emitter {
  return sdkEmitter({ protocol, endpoint: endpointOf(stack, protocol), timeoutMs: TIMEOUT_MS })
}

/** The request's bytes, with no SDK in between. */
export function replay(
  stack: Stack,
  protocol: Protocol,
  framing: 'length' | 'chunked' = 'length',
  compression: 'gzip' | 'none' = 'none',
): Emitter {
  return replayEmitter({ protocol, endpoint: endpointOf(stack, protocol), timeoutMs: TIMEOUT_MS, framing, compression })
}

function endpointOf(stack: Stack, protocol: Protocol): string {
  return protocol === 'grpc' ? stack.endpoints.otlpGrpc : stack.endpoints.otlpHttp
}
