// A relay whose backend is away: it acknowledges whatever comes, and keeps it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../../core/paths.ts'
import { freePort } from '../../core/ports.ts'
import type { Newcomer } from './newcomer.ts'
import { ended, lineOf } from './started.ts'

export interface BufferingRelay {
  /** `http://127.0.0.1:port` */
  readonly url: string
  readonly end: () => Promise<void>
}

export async function bufferingRelay({ room, environment }: Newcomer): Promise<BufferingRelay> {
  const [http, grpc] = [await freePort(), await freePort()]
  const flags = ['--http-port', String(http), '--grpc-port', String(grpc), '--dir', join(room, 'buffer')]
  const relay = spawn(
    process.execPath,
    [join(projectRoot, 'bin/relay.ts'), ...flags, '--backend', 'http://127.0.0.1:1'],
    { env: { ...environment, TMPDIR: room }, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  await lineOf(relay, 'The relay is up')
  const end = () => {
    relay.kill()
    return ended(relay)
  }
  return { url: `http://127.0.0.1:${http}`, end }
}
