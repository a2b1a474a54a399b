// The frame of every command: flags in, exit code out, one clear line for a mistake, everything stopped at the end.
import { Command, CommanderError } from 'commander'
import { ExitCode } from '../../core/errors.ts'
import { explainError, runToEnd } from '../../core/run-to-end.ts'
import type { Verdict } from '../../harness/judge/model/verdict.ts'

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
export function runCommand(command: Command, action: () => Promise<ExitCode>): Promise<never> {
  return runToEnd(
    () => {
      command.parse()
      return action()
    },
    (error) => {
      if (!(error instanceof CommanderError)) return explainError(error)
      if (error.exitCode === 0) return ExitCode.pass
      console.error(`${error.message.replace(/^error: /, '').replaceAll('\n', ' ')} (see ${command.name()} --help)`)
      return ExitCode.usage
    },
  )
}

/** The exit code of a command that ends with a verdict. */
export function exitCodeOf(verdict: Verdict): ExitCode {
  return { pass: ExitCode.pass, fail: ExitCode.fail, unknown: ExitCode.unknown, skipped: ExitCode.unknown }[verdict]
}
