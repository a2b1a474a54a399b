// The errors that end a command, each with the exit code that scripts and CI rely on.

/**
 * What a command exits with: 0 pass, 1 fail, 2 unknown (could not be judged), 64 wrong usage, 70 an internal error, 141 (as a shell tells SIGPIPE)
 * nobody reads its output any more.
 */
export const ExitCode = { pass: 0, fail: 1, unknown: 2, usage: 64, internal: 70, unread: 141 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/**
 * A failure whose cause lies with the input, the machine or the stack: one clear line for the person, never a stack trace.
 * The message says what failed, where, after how long, and what to do.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = ExitCode.fail, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** A wrong flag, value or name on the command line. Exit code 64. */
export class UsageError extends UserError {
  constructor(message: string) {
    super(message, ExitCode.usage)
  }
}

/** Something that this machine lacks or refuses: nothing is said about the stack, so it is `unknown`, not a failure. Exit code 2. */
export class MachineError extends UserError {
  constructor(message: string) {
    super(message, ExitCode.unknown)
  }
}

/** The message of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
