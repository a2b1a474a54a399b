import { expect, test } from 'vitest'
import { dockerThrough, insisting } from './docker-answers.ts'
import { checkDockerLeftovers } from './docker-leftovers.ts'
import { failing, fakeDocker, hanging, type MadeDocker } from './testing/fake-docker.ts'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'

const REGISTER = '/home/ada/.local/share/telemetry-proof/running'
const RUN = 'telemetry-proof-0ae42944'

const entry = (owner: number, ...projects: readonly string[]) =>
  JSON.stringify({ owner: { pid: owner, mark: '77' }, processes: [], directories: [], projects })

function check(docker: MadeDocker, made: MadeSystem = {}) {
  const system = fakeSystem({
    // Process 1 lives, and has the number that the register knows; nobody else does.
    processMark: (pid) => (pid === 1 ? '77' : undefined),
    ...made,
    commands: fakeDocker(docker),
  })
  return checkDockerLeftovers(system, insisting(dockerThrough(system)))
}

const left: MadeDocker = {
  containers: [`${RUN} running`, `${RUN} exited`],
  volumes: [`${RUN} ${RUN}_clickhouse-data`],
}

test('an engine without anything of the stack gives no finding', async () => {
  expect(await check({})).toEqual([])
  expect(await check({ containers: ['shop running'], volumes: ['shop shop_data', 'telemetry-else x'] })).toEqual([])
})

test.each([
  ['telemetry', ''],
  ['telemetry-daily-1a2b3c4d', ', a daily stack with another data directory,'],
])(
  'volumes of %s that nothing runs on are information: their names, whose they are, and how to delete them',
  async (project, whose) => {
    const volumes = [`${project} ${project}_queue`, `${project} ${project}_data`]
    expect(await check({ containers: [`${project} exited`], volumes })).toEqual([
      {
        check: 'volumes',
        verdict: 'ok',
        message: `no container of ${project}${whose} runs; its data is kept in ${project}_data, ${project}_queue`,
        advice: `to delete that data: \`docker compose --project-name ${project} down --volumes\``,
      },
    ])
    expect(await check({ containers: [`${project} running`], volumes })).toEqual([])
    expect(await check({ containers: [`${project} paused`], volumes })).toEqual([])
    expect(await check({ containers: [`${project} exited`] })).toEqual([])
  },
)

test('what a run has whose process lives is no leftover', async () => {
  expect(await check(left, { files: { [`${REGISTER}/a.json`]: entry(1, RUN) } })).toEqual([])
})

test('what killed runs left is a warning that says what removes it', async () => {
  const other = 'telemetry-proof-1'
  const volumes = [...(left.volumes as string[]), `${other} a`, `${other} b`]
  const files = { [`${REGISTER}/a.json`]: entry(2, RUN), [`${REGISTER}/b.json`]: entry(3, other) }
  expect(await check({ ...left, volumes }, { files })).toMatchObject([
    {
      verdict: 'warn',
      message: `left behind by runs that were killed: ${RUN} (2 containers, 1 volume), ${other} (0 containers, 2 volumes)`,
      advice: expect.stringContaining('the next start of a stack removes them'),
    },
  ])
})

test('another process with the number of the owner does not stand for it', async () => {
  const made = { files: { [`${REGISTER}/a.json`]: entry(1, RUN) }, processMark: () => '78' }
  expect((await check(left, made))[0]?.verdict).toBe('warn')
})

test('a run that this register does not know is left alone while it runs, and a warning after that', async () => {
  const remove = `\`docker compose --project-name ${RUN} down --volumes\``
  expect(await check(left)).toMatchObject([
    {
      verdict: 'ok',
      message: expect.stringContaining(`${RUN} (2 containers, 1 volume)`),
      advice: expect.not.stringContaining('down --volumes'),
    },
  ])
  expect(await check({ ...left, containers: [] })).toMatchObject([
    {
      verdict: 'warn',
      message: expect.stringContaining('nothing of it runs'),
      advice: expect.stringContaining(remove),
    },
  ])
})

test('a run that starts or ends while the engine is asked is no leftover', async () => {
  const known = [entry(1, RUN)]
  for (const answers of [
    [known, []],
    [[], known],
  ]) {
    const rest = [...answers]
    expect(await check({ ...left, containers: [] }, { textsIn: async () => rest.shift() ?? [] })).toEqual([])
  }
})

test('an entry that cannot be read says nothing', async () => {
  const files = { [`${REGISTER}/a.json`]: '{', [`${REGISTER}/b.json`]: '{}', [`${REGISTER}/c.new`]: entry(1, RUN) }
  expect(await check({ ...left, containers: [] }, { files })).toMatchObject([{ verdict: 'warn' }])
})

test('an engine that falls silent or refuses is not taken for an empty one', async () => {
  await expect(check({ volumes: hanging })).rejects.toThrow('docker volume does not answer (not within 5 s)')
  await expect(check({ containers: failing('Error response from daemon: x\ny') })).rejects.toThrow(
    'docker container ls --all failed: Error response from daemon: x',
  )
})
