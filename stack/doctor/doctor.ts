// Examines this machine: the platform, what the stack needs, and, on a running stack, whether the client reaches it.
import { messageOf } from '../../core/errors.ts'
import type { OtherRelay } from '../daily/other-relay.ts'
import { containerNeeds, imagesHere } from '../runtime/auto/choose.ts'
import { type Engine, examineDocker, isEngine } from '../runtime/compose/engine.ts'
import type { LeftProcess } from '../runtime/running-stacks.ts'
import { checkClaude } from './claude.ts'
import { checkClientTraffic, type RunningStack } from './client-traffic.ts'
import { checkContainers } from './containers.ts'
import { checkCores } from './cores.ts'
import { checkDisk } from './disk.ts'
import { dockerThrough, insisting } from './docker-answers.ts'
import { checkDockerEngine } from './docker-engine.ts'
import { checkDockerImages } from './docker-images.ts'
import { checkDockerLeftovers } from './docker-leftovers.ts'
import { checkDoubles } from './doubles.ts'
import { checkAnswers, checkEndings } from './endings.ts'
import type { DoctorFinding } from './finding.ts'
import { warn } from './finding.ts'
import { checkGo } from './go-version.ts'
import { checkGrowth } from './growth.ts'
import { checkLeft } from './left.ts'
import { checkLoopback } from './loopback.ts'
import { checkMemory } from './memory.ts'
import { checkNode } from './node-version.ts'
import type { PlatformFacts } from './platform.ts'
import { checkPlatform, platformFacts } from './platform.ts'
import { checkPorts, type NamedPort } from './ports.ts'
import { checkProxies } from './proxies.ts'
import { checkQueue } from './queue.ts'
import { realSystem } from './real-system.ts'
import { checkRelay } from './relay.ts'
import type { System } from './system.ts'
import { checkSystemClock } from './system-clock.ts'
import { checkWsl } from './wsl.ts'

export interface DoctorOptions {
  /** The directory that holds compose.yaml, for what the advice names. */
  readonly stackDirectory: string
  readonly ports: readonly NamedPort[]
  readonly running?: RunningStack
  /** What a killed keeper of the daily stack left running. */
  readonly left?: readonly LeftProcess[]
  /** A relay that runs by itself. */
  readonly otherRelay?: OtherRelay | null
}

export interface Diagnosis {
  readonly platform: PlatformFacts
  readonly findings: readonly DoctorFinding[]
}

/** Changes nothing and needs no network. A check that breaks becomes a finding; this never throws. */
export async function runDoctor(options: DoctorOptions, system: System = realSystem()): Promise<Diagnosis> {
  const { running, ports, stackDirectory, left = [], otherRelay = null } = options
  type Found = DoctorFinding | readonly DoctorFinding[]
  const ask = dockerThrough(system)
  const docker = examineDocker(ask)
  const onDocker = async (check: (engine: Engine) => Found | Promise<Found>) => {
    const found = await docker
    return isEngine(found) ? check(found) : []
  }
  const needs = () => containerNeeds(stackDirectory, system.env)
  const checks: readonly (readonly [name: string, check: () => Found | Promise<Found>])[] = [
    ['platform', () => checkPlatform(system)],
    ['wsl', () => checkWsl(system)],
    ['node', () => checkNode(system)],
    ['go', () => checkGo(system)],
    ['memory', () => checkMemory(system)],
    ['cores', () => checkCores(system)],
    ['disk', () => checkDisk(system)],
    ['clock', () => checkSystemClock(system)],
    ['containers', async () => checkContainers(system, await docker)],
    ['containers', () => onDocker(async (engine) => checkDockerEngine(engine, (await needs()).memoryBytes))],
    [
      'images',
      () => onDocker(async () => checkDockerImages(system, await imagesHere((await needs()).compose, insisting(ask)))),
    ],
    ['volumes', () => onDocker(() => checkDockerLeftovers(system, insisting(ask)))],
    ['loopback', () => checkLoopback(system)],
    ['proxy', () => checkProxies(system)],
    ['stack', () => checkLeft(left, otherRelay)],
    ['ports', () => checkPorts(system, ports, ownPorts(ports, running), [...left, ...asProcess(otherRelay)])],
    ['services', async () => checkEndings((await running?.endings?.()) ?? [])],
    ['services', () => checkAnswers(system, running?.probes ?? {})],
    ['relay', () => (running?.relay === undefined ? [] : checkRelay(system, running.relay))],
    ['claude', () => checkClaude(system, running?.endpoint)],
    ['queue', () => (running?.queue === undefined ? [] : checkQueue(running.queue))],
    // That ClickHouse does not answer is told already.
    ['growth', () => (running?.stored === undefined ? [] : checkGrowth(running.stored).catch(() => []))],
    ['doubles', async () => (running === undefined ? [] : checkDoubles(running).catch(() => []))],
    ['client', () => (running === undefined ? [] : checkClientTraffic(system, running))],
  ]
  const found = await Promise.all(
    checks.map(async ([name, check]) => {
      try {
        return await check()
      } catch (error) {
        return warn(name, `could not be checked: ${messageOf(error)}`, 'check it by hand')
      }
    }),
  )
  return { platform: await platformFacts(system), findings: found.flat() }
}

function asProcess(relay: OtherRelay | null): LeftProcess[] {
  return relay === null ? [] : [{ name: 'a relay that runs by itself', pid: relay.pid }]
}

function ownPorts(ports: readonly NamedPort[], running: RunningStack | undefined): ReadonlySet<number> {
  if (running === undefined) return new Set()
  if (running.ports !== undefined) return new Set(running.ports)
  const told = [running.endpoint, running.collectorMetrics].map((url) => Number(/:(\d+)(?:\/|$)/.exec(url)?.[1]))
  // A stack on one of these ports is the one that was started on all of them.
  return new Set(ports.some(({ port }) => told.includes(port)) ? ports.map(({ port }) => port) : told)
}
