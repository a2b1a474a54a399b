// Toxiproxy as a service of the embedded runtime: ready when it answers and all its links stand.
import { join } from 'node:path'
import { linksStand } from '../links.ts'
import { resolveToxiproxy } from './components.ts'
import { inheritedEnvironment, type Launch, type Placement, portOf, waitUntilAnswers } from './launch.ts'
import { toxiproxyArguments } from './toxiproxy-command.ts'

/** @throws UserError when compose.yaml lacks a port, its proxies cannot be read, or it cannot be built */
export async function launchOfToxiproxy(placement: Placement): Promise<Launch> {
  const { service, ports, directory, stackDirectory, progress } = placement
  const executable = await resolveToxiproxy(progress)
  const api = portOf(placement, 8474)
  const apiUrl = `http://${api.address}:${api.port}`
  const logFile = join(placement.logDirectory, 'toxiproxy.log')
  return {
    executable,
    component: { name: 'toxiproxy', version: executable.version, source: executable.source },
    plan: {
      name: 'toxiproxy',
      process: {
        command: executable.path,
        args: await toxiproxyArguments(service, { api, ports, directory }),
        env: inheritedEnvironment(),
        logFile,
      },
      logFile,
      ready: (child) =>
        waitUntilAnswers(child, 'toxiproxy', `${apiUrl}/version`, () => linksStand(stackDirectory, apiUrl)),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5_000,
    },
  }
}
