// What the client would get from a template: sources it in the real shell and starts a fake client there.
import { join } from 'node:path'
import { UserError } from '../../core/errors.ts'
import { templateDirectory } from './env.ts'
import { findShell, runInShell } from './run-in-shell.ts'
import { type Shell, sourceLine, templateNames } from './shell.ts'

export type TemplateRun =
  | { readonly available: false; readonly reason: string }
  | { readonly available: true; readonly environment: Readonly<Record<string, string>> }

/**
 * The environment of a client started by `claude` in that directory, after the template was sourced.
 * @param options.env the person's variables: the whole environment, apart from HOME (a temporary directory) and PATH
 * @throws UserError when the template does not start the client
 */
export async function runTemplate(
  shell: Shell,
  options: { readonly directory: string; readonly env: Readonly<Record<string, string>> },
): Promise<TemplateRun> {
  if ((await findShell(shell)) === undefined) {
    return { available: false, reason: `${shell === 'powershell' ? 'pwsh' : shell} is not installed here` }
  }
  const file = join(templateDirectory, templateNames[shell])
  const run = await runInShell(shell, `${sourceLine(shell, file)}\nclaude`, options)
  const start = run.starts[0]
  if (start === undefined) {
    throw new UserError(`${templateNames[shell]} did not start the client (exit ${run.exitCode}): ${run.stderr.trim()}`)
  }
  return { available: true, environment: start.environment }
}
