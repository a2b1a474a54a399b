// The directories that a policy's path filters name.
import type { Policy } from './policy.ts'

export function directoriesOf(policy: Policy): string[] {
  return policy.filters.flatMap((filter) =>
    filter.type === 'path_filter' ? filter.patterns.map((pattern) => pattern.slice(2, -2)) : [],
  )
}
