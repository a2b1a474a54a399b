// Sends a batch's bytes as they are, with no SDK in between.
import type { Emitter } from '../batch.ts'
import type { ReplayOptions } from './options.ts'
import { grpcReplay } from './replay-grpc.ts'
import { httpReplay } from './replay-http.ts'

/** An emitter for recorded and for odd requests: one send is exactly one request on the wire. */
export function replayEmitter(options: ReplayOptions): Emitter {
  return options.protocol === 'grpc' ? grpcReplay(options) : httpReplay(options)
}
