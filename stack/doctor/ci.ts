// Whether this is a CI system, and which one.
import type { System } from './system.ts'

/** What CI systems set; the general CI comes last. */
const CI_SYSTEMS = [
  ['GITHUB_ACTIONS', 'GitHub Actions'],
  ['GITLAB_CI', 'GitLab CI'],
  ['BUILDKITE', 'Buildkite'],
  ['JENKINS_URL', 'Jenkins'],
  ['TF_BUILD', 'Azure Pipelines'],
  ['CI', 'a CI system'],
] as const

/** In words, as in `in GitHub Actions`; empty elsewhere. */
export function ciHere({ env }: System): string {
  const found = CI_SYSTEMS.find(([name]) => env[name] !== undefined && !/^(?:|0|false)$/i.test(env[name]))
  return found === undefined ? '' : `in ${found[1]}`
}
