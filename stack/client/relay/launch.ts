// How the relay is started as a process of its own, so that it stays small: garbage is collected early, and one arena keeps
// what is freed together, and its compiled code is kept, so that the compiler is not loaded. bin/start.cjs does the same for people.
import { join } from 'node:path'
import { projectRoot } from '../../../core/paths.ts'

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  /** Beside what a process needs anyway. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * @param stackDirectory whose relay it is: that of this checkout, or a copy of it that a control has sabotaged
 * @param flags those of `npm run relay`
 */
export function relayLaunch(stackDirectory: string, flags: readonly string[]): Launch {
  return {
    command: process.execPath,
    args: [
      '--max-semi-space-size=4',
      '--heap-growing-percent=20',
      join(stackDirectory, 'client/relay/main.ts'),
      ...flags,
    ],
    env: { MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: join(projectRoot, 'node_modules/.cache/compiled') },
  }
}
