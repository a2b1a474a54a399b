// The relay as a running process: up until it is stopped.
import { atExit, stopSignal } from '../../../core/cleanup.ts'
import { ExitCode } from '../../../core/errors.ts'
import { policyLine } from './policy-line.ts'
import { Relay } from './relay.ts'
import { type RelayFlags, relayOptions } from './relay-options.ts'

/** Resolves never: it ends with the stop signal. @throws UsageError for a flag that makes no sense */
export async function serveRelay(flags: RelayFlags): Promise<ExitCode> {
  const relay = await Relay.start(relayOptions(flags))
  atExit(() => relay[Symbol.asyncDispose]())
  console.log(
    `The relay is up: OTLP on ${relay.grpc} (gRPC) and ${relay.http} (HTTP), for ${relay.bufferStatus.backend}.`,
  )
  console.log(
    `Requests that the backend does not accept are buffered in ${relay.bufferStatus.directory}; status: ${relay.http}/status`,
  )
  console.log(policyLine(relay.policy))
  await new Promise((_, reject) => stopSignal.addEventListener('abort', () => reject(stopSignal.reason)))
  return ExitCode.pass
}
