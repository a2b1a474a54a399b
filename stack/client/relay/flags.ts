// The flags of the relay, as every way to start it takes them: `npm run relay`, the daily stack, and its container.
import { parseArgs } from 'node:util'
import { messageOf, UsageError } from '../../../core/errors.ts'
import { type RelayFlags, standardDirectory } from './relay-options.ts'

interface Flag {
  /** As it stands behind the two dashes. */
  readonly name: string
  /** What it takes, as the help shows it. */
  readonly value: string
  readonly summary: string
  readonly key: keyof RelayFlags
  readonly standard?: string
}

export const relayFlags: readonly Flag[] = [
  {
    name: 'backend',
    value: '<url>',
    summary:
      'where requests are delivered: http://host:port, https://host:port or grpc://host:port (default: the running stack, else http://127.0.0.1:4318)',
    key: 'backend',
  },
  {
    name: 'grpc-port',
    value: '<port>',
    summary: 'where clients send gRPC; 0 takes a free one',
    key: 'grpcPort',
    standard: process.env.RELAY_GRPC_PORT ?? '4319',
  },
  {
    name: 'http-port',
    value: '<port>',
    summary: 'where clients send HTTP; 0 takes a free one',
    key: 'httpPort',
    standard: process.env.RELAY_HTTP_PORT ?? '4320',
  },
  { name: 'host', value: '<address>', summary: 'the address to listen on', key: 'host', standard: '127.0.0.1' },
  {
    name: 'dir',
    value: '<directory>',
    summary: `where requests are buffered (default: ${standardDirectory()})`,
    key: 'dir',
  },
  {
    name: 'max-disk',
    value: '<bytes>',
    summary: 'bytes that may be buffered; beyond that, new requests are refused',
    key: 'maxDisk',
    standard: '4G',
  },
  {
    name: 'retry-base',
    value: '<ms>',
    summary: 'milliseconds to the second attempt; each next wait is twice as long, until the fifth attempt',
    key: 'retryBase',
    standard: '1000',
  },
  {
    name: 'parked-retry',
    value: '<ms>',
    summary: 'milliseconds between further attempts',
    key: 'parkedRetry',
    standard: '30000',
  },
]

/** Flags as they were given, with the standard value of each that was not. @throws UsageError for any other word */
export function parseRelayFlags(words: readonly string[]): RelayFlags {
  const options = Object.fromEntries(
    relayFlags.map(({ name, standard }) => [
      name,
      { type: 'string' as const, ...(standard ? { default: standard } : {}) },
    ]),
  )
  try {
    const { values } = parseArgs({ args: [...words], options, strict: true, allowPositionals: false })
    return Object.fromEntries(
      relayFlags.flatMap(({ name, key }) => (values[name] === undefined ? [] : [[key, values[name]]])),
    )
  } catch (error) {
    throw new UsageError(`the relay: ${messageOf(error)}`)
  }
}
