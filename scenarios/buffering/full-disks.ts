// The relay when its disk is full, by its own limit or really: it refuses what it cannot keep and loses nothing that it has.
import type { Experiment } from '../../harness/experiment/experiment.ts'
import { hasSmallDisks, onSmallDisk } from '../../harness/faults/disk/small-disk.ts'
import type { FillableDisk } from '../../harness/faults/target.ts'
import { withFault } from '../../harness/faults/with-fault.ts'
import type { RelayProcess } from '../../harness/processes/relay-process.ts'
import { throughRelay } from '../../harness/rigs/relay-rig.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import { DRAINED_TIMEOUT_MS, linkDown } from './strikes.ts'

const KIB = 1024
const SMALL_DISK_BYTES = 96 * KIB
const DISK_LIMIT_KIB = 60

export const fullDisks: readonly Definition[] = [
  {
    name: 'disk-limit',
    title:
      'refuses what exceeds the disk limit, deletes nothing to make room, and accepts events again when there is room',
    requirements: ['R10', 'R11', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(
        context,
        'disk-limit',
        { maxDisk: `${DISK_LIMIT_KIB}K`, rules: { maxRefusedBatches: Number.MAX_SAFE_INTEGER } },
        async ({ experiment, target, phases, send, relay }) => {
          await withFault(experiment, target, linkDown, async () => {
            await send(phases.before)
            await send(phases.during)
            const { used, refused, health } = await fullness(relay)
            measureFullness(experiment, used, refused, DISK_LIMIT_KIB)
            experiment.check('buffering', 'its health says so', { actual: health, expected: 503 })
          })
          await acceptsAgain(relay, experiment, () => send(phases.after))
        },
      ),
  },
  {
    name: 'disk-full',
    title: 'refuses events when the disk is full, and loses nothing of what it has buffered there',
    requirements: ['R10', 'R11', 'R12'],
    profile: 'full',
    run: diskFull,
  },
]

async function fullness(relay: {
  readonly http: string
  status(): Promise<{ readonly buffer: { readonly usedBytes: number; readonly refused: number } }>
}) {
  const { buffer } = await relay.status()
  const health = (await fetch(`${relay.http}/health`)).status
  return { used: buffer.usedBytes, refused: buffer.refused, health }
}

/** @param used bytes on its disk. @param refused events that it did not take */
function measureFullness(experiment: Experiment, used: number, refused: number, limitKib: number): void {
  experiment.measure('buffering', { name: 'kept on disk', value: used / KIB, unit: 'KiB', limit: { atMost: limitKib } })
  experiment.measure('buffering', { name: 'events refused', value: refused, unit: 'events', limit: { atLeast: 1 } })
}

/** Once all is delivered, there is room again. */
async function acceptsAgain(relay: RelayProcess, experiment: Experiment, send: () => Promise<void>): Promise<void> {
  await relay.waitUntilDrained(DRAINED_TIMEOUT_MS)
  const before = (await relay.status()).buffer.refused
  await send()
  const { refused, health } = await fullness(relay)
  experiment.check('buffering', 'events refused when there is room again', { actual: refused - before, expected: 0 })
  experiment.check('buffering', 'its health', { actual: health, expected: 200 })
}

async function diskFull(context: Context): Promise<Outcome> {
  if (!(await hasSmallDisks())) return { skipped: 'this system gives a process no disk of its own (unshare)' }
  return await throughRelay(
    context,
    'disk-full',
    {
      under: (directory) => onSmallDisk(directory, SMALL_DISK_BYTES),
      rules: { maxRefusedBatches: Number.MAX_SAFE_INTEGER },
    },
    async ({ experiment, target, phases, send, relay }) => {
      const fault = { kind: 'disk-full', stage: 'relay', parameters: { diskBytes: SMALL_DISK_BYTES } } as const
      const disks = { relay: filledByParking(relay) }
      await withFault(experiment, target, linkDown, () =>
        withFault(experiment, { ...target, disks }, { fault, operation: 'parking' }, async () => {
          await send(phases.before)
          await send(phases.during)
          const { used, refused, health } = await fullness(relay)
          experiment.check('buffering', 'something is kept', { actual: used > 0, expected: true })
          measureFullness(experiment, used, refused, SMALL_DISK_BYTES / KIB)
          experiment.check('buffering', 'its health says so', { actual: health, expected: 503 })
        }),
      )
      await acceptsAgain(relay, experiment, () => send(phases.after))
    },
  )
}

/** What is parked fills it, and its delivery makes room again. */
function filledByParking(relay: RelayProcess): FillableDisk {
  return {
    fill: async () => {},
    complaint: async () => (await relay.logs(50)).find((line) => line.includes('ENOSPC')),
    free: async () => {},
  }
}
