// The frame of a process that a person starts: signals, clean-up, exit code, and one clear line for a mistake.
import { cleanUp, installSignalHandlers, stopSignal, stopWithStarter } from './cleanup.ts'
import { ExitCode, messageOf, UserError } from './errors.ts'
import { endWithReader, outputWritten } from './output.ts'

/**
 * Runs the action, cleans up and ends the process with the code that the action gives.
 * @param explain tells an error on standard error and gives the exit code for it
 */
export async function runToEnd(
  action: () => Promise<number>,
  explain: (error: unknown) => number = explainError,
): Promise<never> {
  installSignalHandlers()
  stopWithStarter()
  endWithReader()
  let code: number
  try {
    code = await action()
  } catch (error) {
    code = stopSignal.aborted ? ExitCode.unknown : explain(error)
  }
  // Stopped by a signal: its handler cleans up and ends the process with the right code.
  if (stopSignal.aborted) await new Promise(() => {})
  await cleanUp()
  await outputWritten()
  // The reader may have gone in the last moment.
  if (stopSignal.aborted) await new Promise(() => {})
  process.exit(code)
}

/** A mistake of the user's is one line; anything else is a mistake of ours, and its stack is shown. */
export function explainError(error: unknown): number {
  if (error instanceof UserError) {
    console.error(error.message)
    return error.exitCode
  }
  console.error(`internal error: ${messageOf(error)}`)
  if (error instanceof Error) console.error(error.stack)
  return ExitCode.internal
}
