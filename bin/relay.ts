// npm run relay: an OTLP endpoint in front of the collector that keeps on disk what the collector does not take.
import { ExitCode, MachineError, UsageError } from '../core/errors.ts'
import { relayFlags } from '../stack/client/relay/flags.ts'
import type { RelayFlags } from '../stack/client/relay/relay-options.ts'
import { renderStatus } from '../stack/client/relay/render-status.ts'
import { serveRelay } from '../stack/client/relay/serve.ts'
import { readRelayStatus } from '../stack/client/relay/status.ts'
import { knownSalt, readState, relayAddress } from '../stack/daily/state.ts'
import { defineCommand, runCommand } from './cli/command.ts'

const STATUS_TIMEOUT_MS = 5_000

const command = defineCommand(
  'npm run relay --',
  'Accepts telemetry for the collector and loses none of it while the collector is down. Ends with Ctrl-C; undelivered requests are kept for the next start.',
  'npm run relay -- --backend http://127.0.0.1:4318',
).argument('[status]', 'tells how the relay that runs is, and which privacy policy is in force in it')
for (const { name, value, summary, standard } of relayFlags) command.option(`--${name} ${value}`, summary, standard)

await runCommand(command, async () => {
  const [what] = command.args
  const flags = command.opts<RelayFlags>()
  if (what === 'status') return tellStatus(flags)
  if (what !== undefined) throw new UsageError(`${what}: without a word it is started, with status it is asked`)
  const running = await readState()
  // The salt of the stack that it stands in front of; where that is another machine's, only the environment knows it.
  const salt =
    process.env.TELEMETRY_HASH_SALT ??
    (await knownSalt({ running: flags.backend === undefined && running !== undefined }))
  if (salt !== undefined) process.env.TELEMETRY_HASH_SALT = salt
  return serveRelay({ ...flags, backend: flags.backend ?? running?.endpoints.otlpHttp })
})

async function tellStatus({ httpPort }: RelayFlags): Promise<ExitCode> {
  const url = httpPort === undefined ? relayAddress(process.env).otlpHttp : `http://127.0.0.1:${httpPort}`
  const status = await readRelayStatus(url, STATUS_TIMEOUT_MS).catch(() => {
    throw new MachineError(`no relay answers on ${url}; --http-port names another port`)
  })
  for (const line of renderStatus(status)) console.log(line)
  return ExitCode.pass
}
