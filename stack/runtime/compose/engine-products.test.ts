// Which product an engine is, by what `docker info` says on each of them.
import { expect, test } from 'vitest'
import type { Answer } from '../docker-cli.ts'
import { examineDocker } from './engine.ts'

const said = (stdout: string): Answer => ({ stdout, failure: '', message: '' })
const engine = (facts: object) =>
  examineDocker(async (first = '') =>
    said({ version: '28.2.2', compose: 'v2.36.2', context: '', info: JSON.stringify(facts) }[first] ?? ''),
  )

test.each([
  [{ OperatingSystem: 'Docker Desktop', Name: 'docker-desktop', CgroupVersion: '2' }, 'Docker Desktop', '2'],
  [{ OperatingSystem: 'OrbStack', Name: 'orbstack', CgroupVersion: '2' }, 'OrbStack', '2'],
  [{ OperatingSystem: 'Ubuntu 24.04.3 LTS', Name: 'colima', CgroupVersion: '2' }, 'Colima', '2'],
  [{ OperatingSystem: 'Ubuntu 24.04.3 LTS', Name: 'colima-arm', CgroupVersion: '2' }, 'Colima', '2'],
  [{ OperatingSystem: 'Alpine Linux v3.22', Name: 'lima-rancher-desktop', CgroupVersion: '2' }, 'Rancher Desktop', '2'],
  [{ OperatingSystem: 'Rancher Desktop WSL Distribution', Name: 'ada', CgroupVersion: '1' }, 'Rancher Desktop', '1'],
  [{ OperatingSystem: 'Ubuntu 22.04.5 LTS', Name: 'build', CgroupVersion: '1' }, 'Docker Engine', '1'],
  [{}, 'Docker Engine', ''],
])('that says %j is %s', async (facts, product, cgroup) => {
  expect(await engine(facts)).toMatchObject({ product, cgroup })
})
