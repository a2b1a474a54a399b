// Docker's command line through the doctor's door, in the form in which the container runtime asks it.
import type { Answer, Ask } from '../runtime/docker-cli.ts'
import { COMMAND_TIMEOUT_MS, type System } from './system.ts'

export function dockerThrough(system: System): Ask {
  return (...words) => answersOf(system, 'docker', words)
}

/** Any program's answer. */
export async function answersOf(system: System, command: string, args: readonly string[]): Promise<Answer> {
  const output = await system.run(command, ...args)
  if (output === undefined) return { stdout: '', failure: 'missing', message: '' }
  if (output.exitCode === null)
    return { stdout: '', failure: 'timeout', message: `not within ${COMMAND_TIMEOUT_MS / 1000} s` }
  const failure: Answer['failure'] = output.exitCode === 0 ? '' : 'error'
  return { stdout: output.stdout.trim(), failure, message: failure === '' ? '' : output.stderr.trim() }
}

/** Throws where an engine that answered before falls silent: what it does not say must not be taken for "there is none". */
export function insisting(ask: Ask): Ask {
  return async (...words) => {
    const answer = await ask(...words)
    if (answer.failure === 'timeout') throw new Error(`docker ${words[0]} does not answer (${answer.message})`)
    return answer
  }
}
