// ClickHouse as a service of the embedded runtime: a server that the person has, or the engine as a library in a host of its own.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ExitCode, messageOf, UserError } from '../../../core/errors.ts'
import { freePort } from '../../../core/ports.ts'
import { type HostPort, hostPath, translateEnvironment } from './addresses.ts'
import { writeClickhouseConfig } from './clickhouse-config.ts'
import { resolveClickhouse } from './components.ts'
import { inheritedEnvironment, type Launch, type Placement, portOf, waitUntilAnswers } from './launch.ts'

/** @throws UserError when compose.yaml lacks a mount or a port, or there is no ClickHouse for this machine */
export async function launchOfClickhouse(placement: Placement): Promise<Launch> {
  const { service, ports, directory, progress } = placement
  const executable = await resolveClickhouse(progress)
  progress('starting ClickHouse')
  const data = service.mounts.find((mount) => mount.target === '/var/lib/clickhouse')
  if (!data) throw new UserError('stack/compose.yaml: services.clickhouse mounts no volume at /var/lib/clickhouse')
  const dataDirectory = hostPath(data, placement.dataDirectory)
  await mkdir(dataDirectory, { recursive: true })
  const logFile = join(placement.logDirectory, 'clickhouse.log')
  const http = portOf(placement, 8123)
  const configDirectory = join(directory, 'clickhouse')
  const library = /\.(so|dylib)$/.test(executable.path)
  const native = portOf(placement, 9000)
  // The library cannot stand a connection that is reset, which a collector that is killed does to it too.
  const engine = library ? { ...native, port: await freePort() } : native
  const config = await writeClickhouseConfig({ service, http, native: engine, dataDirectory, configDirectory })
  const host = [join(import.meta.dirname, 'clickhouse-host.ts'), executable.path, config, dataDirectory]
  return {
    executable,
    component: { name: 'clickhouse', version: executable.version, source: executable.source },
    plan: {
      name: 'clickhouse',
      process: {
        command: library ? process.execPath : executable.path,
        args: library ? ['--import', shieldUrl(native, engine), ...host] : ['server', `--config-file=${config}`],
        env: {
          ...inheritedEnvironment(),
          ...translateEnvironment(service, ports, placement.dataDirectory),
          TZ: 'UTC',
        },
        cwd: directory,
        logFile,
      },
      logFile,
      ready: (child) => waitUntilAnswers(child, 'ClickHouse', `http://${http.address}:${http.port}/ping`),
      // The engine runs inside the blocked thread of its host; what was acknowledged is on disk.
      stopSignal: 'SIGKILL',
      stopTimeoutMs: 5_000,
    },
    explain: async (error) => {
      // What runs are links to the stack's files: name the files that people edit.
      const own = messageOf(error).replaceAll(configDirectory, 'stack/clickhouse')
      return new UserError(own, error instanceof UserError ? error.exitCode : ExitCode.fail)
    },
  }
}

/** What reset-shield.ts is loaded by. */
function shieldUrl(front: HostPort, engine: HostPort): string {
  const url = pathToFileURL(join(import.meta.dirname, 'reset-shield.ts'))
  url.searchParams.set('front', `${front.address}:${front.port}`)
  url.searchParams.set('engine', `${engine.address}:${engine.port}`)
  return url.href
}
