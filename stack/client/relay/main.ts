// The process that a relay is when another program starts it: the daily stack, a container, a scenario.
import { runToEnd } from '../../../core/run-to-end.ts'
import { parseRelayFlags } from './flags.ts'
import { serveRelay } from './serve.ts'

await runToEnd(() => serveRelay(parseRelayFlags(process.argv.slice(2))))
