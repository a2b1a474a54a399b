// The frame of every command: flags in, exit code out, one clear line for a mistake, everything stopped at the end.
import { Command, CommanderError } from 'commander'
import { cleanUp, installSignalHandlers, stopSignal, stopWithStarter } from './cleanup.ts'
import { ExitCode, messageOf, UserError } from './errors.ts'

/** A command named as people type it; unknown flags and missing values end it with 64 and one line. */
export function defineCommand(name: string, summary: string, example: string): Command {
  return new Command(name)
    .description(summary)
    .addHelpText('after', `\nExample:\n  ${example}`)
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
}

/** Parses, runs, cleans up and ends the process. The action gives the exit code. */
export async function runCommand(command: Command, action: () => Promise<ExitCode>): Promise<never> {
  installSignalHandlers()
  stopWithStarter()
  let code: number
  try {
    command.parse()
    code = await action()
  } catch (error) {
    code = report(error, command.name())
  }
  // Stopped by a signal: its handler cleans up and ends the process with the right code.
  if (stopSignal.aborted) await new Promise(() => {})
  await cleanUp()
  process.exit(code)
}

/** Tells an error in the way its kind deserves. @returns the exit code */
function report(error: unknown, name: string): number {
  if (stopSignal.aborted) return ExitCode.unknown
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.pass
    console.error(`${error.message.replace(/^error: /, '').replaceAll('\n', ' ')} (see ${name} --help)`)
    return ExitCode.usage
  }
  if (error instanceof UserError) {
    console.error(error.message)
    return error.exitCode
  }
  console.error(`a fault of the harness itself: ${messageOf(error)}`)
  if (error instanceof Error) console.error(error.stack)
  return ExitCode.internal
}
