// Turns what a compose service says of itself inside a container (paths, ports, neighbours) into this machine's paths and ports.
import { join } from 'node:path'
import type { ComposeService, Mount } from '../compose-file.ts'

/** Where a published container port is to be found on this machine. */
export interface HostPort {
  readonly address: string
  readonly port: number
}

/** service name → container port → host port */
export type PortMap = ReadonlyMap<string, ReadonlyMap<number, HostPort>>

/** The host path of a mount; named volumes are directories below `dataDirectory`. */
export function hostPath(mount: Mount, dataDirectory: string): string {
  return mount.kind === 'bind' ? mount.source : join(dataDirectory, mount.source)
}

/** A text with every mounted container path in it replaced by the host's path. */
export function translatePaths(text: string, service: ComposeService, dataDirectory: string): string {
  const byTarget = new Map(service.mounts.map((mount) => [mount.target, mount]))
  if (byTarget.size === 0) return text
  const targets = [...byTarget.keys()].sort((a, b) => b.length - a.length).map((target) => RegExp.escape(target))
  return text.replace(new RegExp(`(?<=^|=)(?:${targets.join('|')})(?=/|$)`, 'g'), (target) => {
    const mount = byTarget.get(target)
    return mount ? hostPath(mount, dataDirectory) : target
  })
}

/** A text with `0.0.0.0:<its own port>` and `<neighbour>:<port>` replaced by where these are to be found on this machine. */
export function translateAddresses(text: string, service: ComposeService, ports: PortMap): string {
  return text.replace(/\b([a-z][a-z0-9-]*|0\.0\.0\.0):(\d+)\b/g, (whole: string, name: string, number: string) => {
    const host = ports.get(name === '0.0.0.0' ? service.name : name)?.get(Number(number))
    return host ? `${host.address}:${host.port}` : whole
  })
}

/**
 * The service's environment for this machine: mounted paths, `0.0.0.0:<its own port>`, `<neighbour>:<port>`, and the pairs
 * NAME_HOST/NAME_PORT are translated; everything else stays as it is written.
 */
export function translateEnvironment(
  service: ComposeService,
  ports: PortMap,
  dataDirectory: string,
): Record<string, string> {
  const own = ports.get(service.name) ?? new Map<number, HostPort>()
  const result: Record<string, string> = {}
  for (const [key, value] of Object.entries(service.environment)) {
    let text = translateAddresses(translatePaths(value, service, dataDirectory), service, ports)
    const pairPort = own.get(
      Number(key.endsWith('_PORT') ? value : service.environment[key.replace(/_HOST$/, '_PORT')]),
    )
    if (pairPort && key.endsWith('_PORT')) text = String(pairPort.port)
    if (pairPort && key.endsWith('_HOST')) text = pairPort.address
    result[key] = text
  }
  return result
}
