// The engine's API, as Docker speaks it; Podman's socket speaks it too.
import Docker from 'dockerode'
import type { Engine } from './engine.ts'

/** Docker's own is found by the environment, as its command line finds it. */
export function connectTo({ kind, host }: Engine): Docker {
  if (kind === 'docker') return new Docker()
  if (host.startsWith('unix://')) return new Docker({ socketPath: host.slice('unix://'.length) })
  const { hostname, port } = new URL(host)
  return new Docker({ host: hostname, port, protocol: 'http' })
}
