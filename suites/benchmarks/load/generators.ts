// The generators that are compared: each sends so many log records of fifteen attributes to a collector, in a process of its own.
import { join } from 'node:path'
import { projectRoot } from '../../../core/paths.ts'

/** Where the collector listens. */
export interface Ports {
  readonly grpc: number
  readonly http: number
}

export interface Generator {
  readonly name: string
  readonly records: number
  /** The program and its words. */
  command(ports: Ports): readonly string[]
}

/** So that each runs for seconds, and its start counts for little. */
const THEIRS = 500_000
const OURS = 4_000_000
/** It has one of its own, `app`. */
const ATTRIBUTES = 14
const OUR_EVENTS = 400

/** @param telemetrygen its program */
export function generatorsOf(telemetrygen: string): readonly Generator[] {
  const theirs = (name: string, batch: number): Generator => ({
    name,
    records: THEIRS,
    command: ({ grpc }) => [
      telemetrygen,
      ...['logs', '--otlp-insecure', '--otlp-endpoint', `127.0.0.1:${grpc}`, '--workers', '1', '--rate', '0'],
      ...['--logs', String(THEIRS), '--batch-size', String(batch)],
      ...Array.from({ length: ATTRIBUTES }, (_, index) => [
        '--telemetry-attributes',
        `attribute.number.${index}="some value of ${index} 0123456789"`,
      ]).flat(),
    ],
  })
  const ours = (name: string, protocol: string, endpoint: (ports: Ports) => string): Generator => ({
    name,
    records: OURS,
    command: (ports) => [
      process.execPath,
      join(projectRoot, 'suites/benchmarks/load/our-generator.ts'),
      ...[protocol, endpoint(ports), String(OURS), String(OUR_EVENTS)],
    ],
  })
  return [
    theirs('telemetrygen', 100),
    theirs('telemetrygen-large-batches', 5_000),
    ours('ours-http', 'http/protobuf', ({ http }) => `http://127.0.0.1:${http}`),
    ours('ours-grpc', 'grpc', ({ grpc }) => `127.0.0.1:${grpc}`),
  ]
}
