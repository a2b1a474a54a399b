// The relay as a command: flags in, and up until it is stopped.
import { atExit, stopSignal } from '../../../core/cleanup.ts'
import { defineCommand, runCommand } from '../../../core/command.ts'
import { ExitCode } from '../../../core/errors.ts'
import { readState } from '../../daily/state.ts'
import { Relay } from './relay.ts'
import { type RelayFlags, relayOptions, standardDirectory } from './relay-options.ts'

/** Runs until Ctrl-C or SIGTERM, and ends the process. */
export async function relayCommand(): Promise<never> {
  const command = defineCommand(
    'npm run relay --',
    'Takes telemetry for the collector and loses none of it while the collector is away. Ends with Ctrl-C; what is not delivered waits for the next start.',
    'npm run relay -- --backend http://127.0.0.1:4318',
  )
    .option(
      '--backend <url>',
      'where it goes: http://host:port, https://host:port or grpc://host:port (default: the running stack, else http://127.0.0.1:4318)',
    )
    .option('--grpc-port <port>', 'where clients send gRPC; 0 takes a free one', process.env.RELAY_GRPC_PORT ?? '4319')
    .option('--http-port <port>', 'where clients send HTTP; 0 takes a free one', process.env.RELAY_HTTP_PORT ?? '4320')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--dir <directory>', `where requests wait (default: ${standardDirectory()})`)
    .option('--max-disk <bytes>', 'so much may wait; beyond it new requests are refused', '4G')
    .option(
      '--retry-base <ms>',
      'milliseconds to the second attempt; each next wait is twice as long, until the fifth attempt',
      '1000',
    )
    .option('--parked-retry <ms>', 'milliseconds between attempts from then on', '30000')

  return await runCommand(command, async () => {
    const flags = command.opts<Omit<RelayFlags, 'backend'> & { backend?: string }>()
    const backend = flags.backend ?? (await readState())?.endpoints.otlpHttp ?? 'http://127.0.0.1:4318'
    const relay = await Relay.start(relayOptions({ ...flags, backend }))
    atExit(() => relay[Symbol.asyncDispose]())
    console.log(
      `The relay is up: OTLP on ${relay.grpc} (gRPC) and ${relay.http} (HTTP), for ${relay.bufferStatus.backend}.`,
    )
    console.log(`It keeps what that does not take in ${relay.bufferStatus.directory}; how it is: ${relay.http}/status`)
    await new Promise((_, reject) => stopSignal.addEventListener('abort', () => reject(stopSignal.reason)))
    return ExitCode.pass
  })
}
