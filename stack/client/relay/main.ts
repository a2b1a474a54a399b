// The process that a relay is: started by hand through bin/relay.ts, by the daily stack, and by scenarios.
import { relayCommand } from './command.ts'

await relayCommand()
