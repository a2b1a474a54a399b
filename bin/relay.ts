// npm run relay: an OTLP endpoint in front of the collector that keeps on disk what the collector does not take.
import { relayFlags } from '../stack/client/relay/flags.ts'
import type { RelayFlags } from '../stack/client/relay/relay-options.ts'
import { serveRelay } from '../stack/client/relay/serve.ts'
import { readState } from '../stack/daily/state.ts'
import { defineCommand, runCommand } from './cli/command.ts'

const command = defineCommand(
  'npm run relay --',
  'Accepts telemetry for the collector and loses none of it while the collector is down. Ends with Ctrl-C; undelivered requests are kept for the next start.',
  'npm run relay -- --backend http://127.0.0.1:4318',
)
for (const { name, value, summary, standard } of relayFlags) command.option(`--${name} ${value}`, summary, standard)

await runCommand(command, async () => {
  const flags = command.opts<RelayFlags>()
  const backend = flags.backend ?? (await readState())?.endpoints.otlpHttp
  return serveRelay({ ...flags, backend })
})
