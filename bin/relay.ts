// npm run relay: an OTLP endpoint in front of the collector that keeps on disk what the collector does not take.
import { relayCommand } from '../stack/client/relay/command.ts'

await relayCommand()
