// Writes what the embedded ClickHouse needs around the stack's own files: ports, paths, and links to users.xml and config.d.
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UserError } from '../../../core/errors.ts'
import type { ComposeService } from '../compose-file.ts'
import type { HostPort } from './addresses.ts'

const CONFIG_ROOT = '/etc/clickhouse-server/'

export interface ClickhouseLayout {
  readonly service: ComposeService
  readonly http: HostPort
  readonly native: HostPort
  readonly dataDirectory: string
  /** Where config.xml and the links are written. */
  readonly configDirectory: string
}

/** @returns the path of config.xml. @throws UserError when compose.yaml mounts no users.xml */
export async function writeClickhouseConfig(layout: ClickhouseLayout): Promise<string> {
  const { configDirectory, service } = layout
  await rm(configDirectory, { recursive: true, force: true })
  await mkdir(join(configDirectory, 'config.d'), { recursive: true })
  await mkdir(join(configDirectory, 'users.d'), { recursive: true })
  const mounted = service.mounts.filter((mount) => mount.target.startsWith(CONFIG_ROOT))
  const users = mounted.find((mount) => mount.target === `${CONFIG_ROOT}users.xml`)
  if (!users) throw new UserError(`stack/compose.yaml: services.clickhouse mounts nothing at ${CONFIG_ROOT}users.xml`)
  // Links, not copies: what runs is the file that people edit.
  await symlink(users.source, join(configDirectory, 'users.xml'))
  for (const mount of mounted) {
    if (mount.target.startsWith(`${CONFIG_ROOT}config.d/`))
      await symlink(mount.source, join(configDirectory, 'config.d', basename(mount.target)))
  }
  await writeFile(join(configDirectory, 'users.d/bootstrap.xml'), BOOTSTRAP_USER)
  const file = join(configDirectory, 'config.xml')
  await writeFile(file, config(layout))
  return file
}

function config({ http, native, service, dataDirectory, configDirectory }: ClickhouseLayout): string {
  // A container's server takes nine tenths of its limit for itself; the same here, where nothing else enforces it.
  const memory =
    service.memoryLimitBytes === null
      ? ''
      : `<max_server_memory_usage>${Math.round(service.memoryLimitBytes * 0.9)}</max_server_memory_usage>`
  return `<clickhouse>
  <!-- It logs to standard output, as in a container. -->
  <logger><level>information</level><console>1</console></logger>
  <!-- The engine as a library takes its level from here. -->
  <log-level>information</log-level>
  <http_port>${http.port}</http_port>
  <tcp_port>${native.port}</tcp_port>
  <listen_host>${http.address}</listen_host>
  <path>${dataDirectory}/</path>
  <users_config>${join(configDirectory, 'users.xml')}</users_config>
  <user_directories><users_xml><path>${join(configDirectory, 'users.xml')}</path></users_xml></user_directories>
  <mlock_executable>false</mlock_executable>
  ${memory}
</clickhouse>
`
}

// The engine's own session opens the ports as \`default\`. That user may do nothing else, and its quota is used up by it.
const BOOTSTRAP_USER = `<clickhouse>
  <quotas><bootstrap><interval><duration>31536000</duration><queries>3</queries></interval></bootstrap></quotas>
  <users>
    <default>
      <no_password/>
      <networks><ip>::1</ip></networks>
      <profile>default</profile>
      <quota>bootstrap</quota>
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants>
    </default>
  </users>
</clickhouse>
`
