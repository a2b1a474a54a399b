// What `stack -- env --shell` takes.
import { UsageError } from '../../core/errors.ts'
import type { EnvironmentTarget } from './env.ts'
import { shells } from './shell.ts'

/** @throws UsageError when it is none of them */
export function targetOf(name: string): EnvironmentTarget {
  const targets: readonly EnvironmentTarget[] = [...shells, 'settings']
  const found = targets.find((target) => target === name)
  if (!found) throw new UsageError(`--shell ${name}: must be ${targets.join(', ')}`)
  return found
}
