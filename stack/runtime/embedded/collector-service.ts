// The collector as a service of the embedded runtime; one that only passes metrics on runs the same program.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, UserError } from '../../../core/errors.ts'
import { pipelineAccepts } from '../probe.ts'
import { hostPath, translateEnvironment, translatePaths } from './addresses.ts'
import { explainCollectorFailure } from './collector-failure.ts'
import { resolveCollector } from './components.ts'
import { inheritedEnvironment, type Launch, type Placement, portOf, waitUntilAnswers } from './launch.ts'

/** It is ready when its pipeline takes a record too. @throws UserError when compose.yaml lacks a port, or it cannot be built */
export async function launchOfCollector(placement: Placement, otlpHttp: string): Promise<Launch> {
  const { name, service, ports, directory, dataDirectory, stackDirectory, progress } = placement
  const executable = await resolveCollector(stackDirectory, progress)
  progress('starting the collector')
  for (const mount of service.mounts)
    if (mount.kind === 'volume') await mkdir(hostPath(mount, dataDirectory), { recursive: true })
  const logFile = join(placement.logDirectory, `${name}.log`)
  const health = portOf(placement, 13133)
  return {
    executable,
    component: { name: 'otel-collector', version: executable.version, source: executable.source },
    plan: {
      name,
      process: {
        command: executable.path,
        args: service.command.map((word) => translatePaths(word, service, dataDirectory)),
        env: { ...inheritedEnvironment(), ...translateEnvironment(service, ports, dataDirectory) },
        cwd: directory,
        logFile,
      },
      logFile,
      ready: (child) =>
        waitUntilAnswers(child, 'the collector', `http://${health.address}:${health.port}/`, () =>
          pipelineAccepts(otlpHttp),
        ),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 30_000,
    },
    explain: async (error) => new UserError(await explainCollectorFailure(messageOf(error), stackDirectory)),
  }
}
