// Tokens of code hosts and of package registries.
import type { CanaryClass } from '../model/canary.ts'
import { crcBase62 } from '../model/checksums.ts'
import type { Draw } from '../model/draw.ts'
import { namedValue, token } from './define.ts'

/** `prefix` + 30 random characters + their checksum, as GitHub has made them since 2021 and npm since then too. */
function checked(prefix: string) {
  return (draw: Draw) => {
    const random = draw.alnum(30)
    return prefix + random + crcBase62(random)
  }
}

export const forgeClasses: readonly CanaryClass[] = [
  ...(['ghp', 'gho', 'ghu', 'ghs', 'ghr'] as const).map((prefix) => token(`github/${prefix}`, checked(`${prefix}_`))),
  token('github/fine-grained', (draw) => `github_pat_${draw.alnum(22)}_${draw.alnum(59)}`),
  token('gitlab/personal', (draw) => `glpat-${draw.of('base64url', 20)}`),
  token('gitlab/personal-routable', (draw) => `glpat-${draw.of('base64url', 37)}.01.${draw.of('base36', 9)}`),
  token('gitlab/trigger', (draw) => `glptt-${draw.hex(40)}`),
  token('gitlab/deploy', (draw) => `gldt-${draw.of('base64url', 20)}`),
  token('gitlab/runner', (draw) => `glrt-${draw.of('base64url', 20)}`),
  token('gitlab/ci-job', (draw) => `glcbt-${draw.hex(2)}_${draw.of('base64url', 20)}`),
  token('gitlab/feed', (draw) => `glft-${draw.of('base64url', 20)}`),
  token('gitlab/agent', (draw) => `glagent-${draw.of('base64url', 50)}`),
  token('gitlab/oauth-secret', (draw) => `gloas-${draw.hex(64)}`),
  token('gitlab/scim', (draw) => `glsoat-${draw.of('base64url', 20)}`),
  token('bitbucket/app-password', (draw) => `ATBB${draw.alnum(24)}${draw.hex(8).toUpperCase()}`),
  namedValue('bitbucket/client-secret', ['BITBUCKET_CLIENT_SECRET', 'bitbucketClientSecret'], (draw) => draw.alnum(32)),
  token('atlassian/api-token', (draw) => `ATATT3xFfGF0${draw.of('base64url', 171)}=${draw.hex(8).toUpperCase()}`),
  token('npm/access', checked('npm_')),
  token('pypi/upload', (draw) => `pypi-AgEIcHlwaS5vcmc${draw.base64url(draw.int(80, 130))}`),
  token('pypi/upload-test', (draw) => `pypi-AgENdGVzdC5weXBpLm9yZw${draw.base64url(draw.int(80, 130))}`),
  token('rubygems/api-key', (draw) => `rubygems_${draw.hex(48)}`),
  token('crates/api-token', (draw) => `cio${draw.alnum(32)}`),
  token('nuget/api-key', (draw) => `oy2${draw.from('abcdefghijklmnopqrstuvwxyz234567', 43)}`),
  token('docker/personal', (draw) => `dckr_pat_${draw.of('base64url', 27)}`),
  token('docker/organisation', (draw) => `dckr_oat_${draw.of('base64url', 32)}`),
  token('clojars/deploy', (draw) => `CLOJARS_${draw.hex(60)}`),
  token('buildkite/user', (draw) => `bkua_${draw.hex(40)}`),
  token('circleci/personal', (draw) => `CCIPAT_${draw.alnum(22)}_${draw.hex(40)}`),
  namedValue('circleci/by-name', ['CIRCLE_TOKEN', 'CIRCLECI_TOKEN'], (draw) => draw.hex(40)),
  namedValue('travis/by-name', ['TRAVIS_TOKEN', 'TRAVIS_API_TOKEN'], (draw) => draw.alnum(22)),
  token('sonar/user', (draw) => `squ_${draw.hex(40)}`),
  token('sonar/project', (draw) => `sqp_${draw.hex(40)}`),
  namedValue('snyk/by-name', ['SNYK_TOKEN', 'snyk_token'], (draw) => draw.uuid()),
  namedValue('codecov/by-name', ['CODECOV_TOKEN', 'codecov_token'], (draw) => draw.uuid()),
  namedValue('artifactory/by-name', ['ARTIFACTORY_API_KEY', 'artifactory_password'], (draw) => draw.alnum(73)),
]
