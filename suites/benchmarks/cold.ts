// The benchmark *cold*: what a person waits for who has just cloned the project.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../core/paths.ts'
import { secondsOf } from './seconds.ts'
import { waitingBenchmark } from './waiting.ts'

export const cold = waitingBenchmark({
  name: 'cold',
  what: 'a fresh clone with empty caches, to the verdict',
  limitSeconds: 360,
  usual: false,
  measure: fromClone,
})

async function fromClone(): Promise<number> {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-cold-'))
  try {
    await secondsOf({ program: 'git', args: ['clone', '--quiet', projectRoot, join(room, 'clone')] })
    const own = {
      HOME: room,
      TELEMETRY_PROOF_CACHE: join(room, 'cache'),
      TELEMETRY_PROOF_DATA: join(room, 'data'),
      GOCACHE: join(room, 'go-build'),
      GOMODCACHE: join(room, 'go-mod'),
      npm_config_cache: join(room, 'npm'),
    }
    const env = { ...process.env, ...own }
    return await secondsOf({ program: 'npm', args: ['run', 'verify:platform'], cwd: join(room, 'clone'), env })
  } finally {
    // Go makes its module cache read-only.
    await secondsOf({ program: 'chmod', args: ['-R', 'u+w', room] })
    await rm(room, { recursive: true, force: true })
  }
}
