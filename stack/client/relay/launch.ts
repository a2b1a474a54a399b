// How the relay is started as a process of its own, so that it stays small: garbage is collected early, and one arena keeps
// what is freed together. bin/start.cjs does the same for people.
import { join } from 'node:path'
import { projectRoot } from '../../../core/paths.ts'

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  /** Beside what a process needs anyway. */
  readonly env: Readonly<Record<string, string>>
}

/** @param flags those of `npm run relay` */
export function relayLaunch(flags: readonly string[]): Launch {
  return {
    command: process.execPath,
    args: ['--max-semi-space-size=4', join(projectRoot, 'bin/relay.ts'), ...flags],
    env: { MALLOC_ARENA_MAX: '1' },
  }
}
