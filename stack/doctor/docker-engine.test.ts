import { expect, test } from 'vitest'
import type { Engine } from '../runtime/compose/engine.ts'
import { checkDockerEngine } from './docker-engine.ts'

const MIB = 1024 ** 2
const LIMITS_BYTES = 1664 * MIB

function check(changes: Partial<Engine> = {}) {
  const engine: Engine = {
    kind: 'docker',
    version: '28.2.2',
    compose: ['docker', 'compose'],
    composeVersion: '2.36.2',
    product: 'Docker Engine',
    cgroup: '2',
    context: 'default',
    host: 'unix:///var/run/docker.sock',
    remote: false,
    cpus: 8,
    memoryBytes: 16 * 1024 * MIB,
    rootless: false,
    limits: true,
    checksHealth: true,
    ...changes,
  }
  return checkDockerEngine(engine, LIMITS_BYTES)
}
const worse = (changes: Partial<Engine>) => check(changes).filter(({ verdict }) => verdict !== 'ok')

test('a sound engine: says which one it is and what it has, and nothing to do', () => {
  expect(check()).toEqual([
    expect.objectContaining({
      verdict: 'ok',
      message:
        "Docker Engine, control groups version 2: Docker's context is default, its engine at unix:///var/run/docker.sock",
      advice: '',
    }),
    expect.objectContaining({
      verdict: 'ok',
      message: "16.0 GiB of memory for containers; the limits of the stack's services sum to 1.6 GiB",
      advice: '',
    }),
  ])
})

test('the virtual machine of a Docker Desktop with 2 GB is too small, and where to enlarge it is said', () => {
  // What a machine of 2 GB says that it has.
  const [finding, ...more] = worse({ memoryBytes: 1_970 * MIB })
  expect(more).toEqual([])
  expect(finding).toMatchObject({
    verdict: 'warn',
    message: expect.stringMatching(/^only 1\.9 GiB .* engine needs some$/),
  })
  expect(finding?.advice).toMatch(/Docker Desktop: Settings, Resources.*Colima/)
})

test('below the sum of the limits it says that auto does without it', () => {
  expect(worse({ memoryBytes: LIMITS_BYTES - 1 })[0]?.message).toMatch(/`--runtime auto` takes the embedded runtime$/)
  expect(worse({ memoryBytes: LIMITS_BYTES })[0]?.message).not.toContain('auto')
  expect(worse({ memoryBytes: 2048 * MIB })).toEqual([])
})

test('one CPU is too few', () => {
  expect(worse({ cpus: 1 })).toMatchObject([{ verdict: 'warn', message: 'only 1 CPU for containers; 2 are needed' }])
  expect(worse({ cpus: 2 })).toEqual([])
})

test('an engine that does not say what it has is not judged by it', () => {
  expect(worse({ cpus: 0, memoryBytes: 0 })).toEqual([])
})

test('a rootless engine is well as long as it holds containers to their limits', () => {
  expect(worse({ rootless: true })).toEqual([])
  expect(check({ rootless: true }).map(({ message }) => message)).toContain(
    'the engine runs rootless, and holds containers to their limits',
  )
  expect(worse({ rootless: true, limits: false })).toMatchObject([
    { verdict: 'warn', advice: expect.stringMatching(/delegate.*engine\/security\/rootless/) },
  ])
  expect(worse({ limits: false })).toMatchObject([{ verdict: 'warn', advice: expect.stringContaining('docker info') }])
})

test('an engine on another machine is a warning, with the way back', () => {
  expect(worse({ context: 'build', host: 'ssh://ada@build', remote: true })).toMatchObject([
    {
      verdict: 'warn',
      message: expect.stringMatching(/context is build, its engine at ssh:\/\/ada@build: on another machine/),
      advice: expect.stringContaining('docker context use default'),
    },
  ])
})
