// Why a client may have sent nothing: what to check, the likeliest first.
import type { System } from './system.ts'

/**
 * What this shell's environment lacks, then what no environment shows.
 * @param endpoint host:port or URL where the running stack takes OTLP over gRPC
 */
export function reasonsForSilence(system: System, endpoint: string): readonly string[] {
  const { env } = system
  const wrong: string[] = []
  const expect = (name: string, holds: (value: string) => boolean, wanted: string) => {
    const value = env[name] ?? ''
    if (!holds(value)) wrong.push(`${name} is ${value === '' ? 'not set' : 'something else'} in this shell: ${wanted}`)
  }
  expect('CLAUDE_CODE_ENABLE_TELEMETRY', (value) => /^(?:1|true|yes|on)$/i.test(value), 'set it to 1')
  expect('OTEL_LOGS_EXPORTER', (value) => value.split(',').includes('otlp'), 'set it to otlp')
  expect('OTEL_METRICS_EXPORTER', (value) => value.split(',').includes('otlp'), 'set it to otlp')
  const protocols = ['grpc', 'http/protobuf', 'http/json']
  expect('OTEL_EXPORTER_OTLP_PROTOCOL', (value) => protocols.includes(value), 'set it to grpc; it has no default')
  const wanted = `http://${endpoint.replace(/^\w+:\/\//, '')}`
  const overHttp = env.OTEL_EXPORTER_OTLP_PROTOCOL?.startsWith('http/') === true
  expect(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    (value) => (overHttp ? value !== '' : portOf(value) === portOf(wanted)),
    `set it to ${wanted}`,
  )
  return [
    ...wrong,
    'the client reads its environment when it starts: end it and start it from a shell that has the variables ' +
      '(`npm run --silent stack -- env` prints them)',
    'events are sent after 5 s, metrics after 60 s: send a prompt, wait, ask again',
    'an `env` block in the settings of a project wins over the shell (the check `claude` looks at your own and the managed ones)',
    'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT and _METRICS_ENDPOINT, where set, win over OTEL_EXPORTER_OTLP_ENDPOINT, and need the path /v1/logs or /v1/metrics',
    'a proxy without NO_PROXY for 127.0.0.1 swallows them: see the check `proxy`',
    'some builds send nothing at all (anthropics/claude-code #50567): try another version',
  ]
}

function portOf(url: string): string | undefined {
  return /:(\d+)\/?$/.exec(url)?.[1]
}
