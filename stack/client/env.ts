// How a person points the client at a running stack: what `npm run stack -- env` prints.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exportLine, type Shell, sourceLine, templateNames } from './shell.ts'

export { detectShell } from './shell.ts'

export type EnvironmentTarget = Shell | 'settings'

export interface EnvironmentValues {
  /** host:port */
  readonly otlpGrpc: string
  /** http://host:port */
  readonly otlpHttp: string
}

/** The absolute path of the directory that holds the templates. */
export const templateDirectory = fileURLToPath(new URL('env', import.meta.url))

/**
 * For a shell: lines to evaluate, which set the endpoint of the running stack and then source the shell's template.
 * For `settings`: the JSON block for the client's settings file (~/.claude/settings.json), without what changes from
 * start to start. Ends with a line feed.
 * @param directory where the templates lie
 */
export function renderEnvironment(
  target: EnvironmentTarget,
  values: EnvironmentValues,
  directory: string = templateDirectory,
): string {
  const endpoint = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${values.otlpGrpc}`,
  }
  if (target === 'settings') {
    const env = {
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      ...endpoint,
    }
    return `${JSON.stringify({ env }, null, 2)}\n`
  }
  const overHttp = [
    exportLine(target, 'OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf'),
    exportLine(target, 'OTEL_EXPORTER_OTLP_ENDPOINT', values.otlpHttp),
  ]
  const lines = [
    ...Object.entries(endpoint).map(([name, value]) => exportLine(target, name, value)),
    sourceLine(target, join(directory, templateNames[target])),
    // Last, so that a shell which joins the lines into one loses nothing.
    `# Where gRPC does not get through: ${overHttp.join('; ')}`,
  ]
  return `${lines.join('\n')}\n`
}
