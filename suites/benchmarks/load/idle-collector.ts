// A collector that takes everything and does nothing with it, so that what a generator costs is all that is measured.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import { freePort } from '../../../core/ports.ts'
import type { Ports } from './generators.ts'

const START_MS = 30_000
/** Larger than any request of a generator here. */
const MOST_MIB = 64

export interface IdleCollector extends AsyncDisposable {
  readonly ports: Ports
}

/** @param program the collector's @throws UserError when it does not start */
export async function startIdleCollector(program: string): Promise<IdleCollector> {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-idle-'))
  const ports = { grpc: await freePort(), http: await freePort() }
  const file = join(room, 'config.yaml')
  await writeFile(file, JSON.stringify(configOf(ports)))
  const collector = spawn(program, ['--config', file], { stdio: 'ignore' })
  const end = async () => {
    handle[Symbol.dispose]()
    if (collector.exitCode === null && collector.signalCode === null && collector.kill()) await once(collector, 'exit')
    await rm(room, { recursive: true, force: true })
  }
  const handle = atExit(end)
  try {
    await until(
      'a collector that does nothing',
      async () => {
        if (collector.exitCode !== null) throw new UserError(`the collector ended with ${collector.exitCode}`)
        return (await answers(ports.grpc)) && (await answers(ports.http))
      },
      { timeoutMs: START_MS },
    )
  } catch (error) {
    await end()
    throw error
  }
  return { ports, [Symbol.asyncDispose]: end }
}

/** JSON is YAML. */
function configOf({ grpc, http }: Ports) {
  const protocols = {
    grpc: { endpoint: `127.0.0.1:${grpc}`, max_recv_msg_size_mib: MOST_MIB },
    http: { endpoint: `127.0.0.1:${http}`, max_request_body_size: MOST_MIB * 1024 ** 2 },
  }
  return {
    receivers: { otlp: { protocols } },
    exporters: { nop: {} },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { logs: { receivers: ['otlp'], exporters: ['nop'] } },
    },
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
