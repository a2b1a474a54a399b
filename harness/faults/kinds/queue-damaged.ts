// The fault *queue-damaged*: the collector's queue file is overwritten, as by a disk that lost what was written last.
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../../core/errors.ts'
import { defineFault } from '../fault.ts'
import { victimOf } from '../processes/victim.ts'
import { need } from '../target.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    'queue-damaged': { readonly stage: 'collector'; readonly parameters: Readonly<Record<never, never>> }
  }
}

/** They say where everything is. */
const FIRST_PAGES_BYTES = 8_192

export const kind = defineFault({
  kind: 'queue-damaged',
  stages: ['collector'],
  profile: 'full',
  parameters: z.strictObject({}),
  // The file must be within reach: *recovery* sees to that.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const directory = need(target.queueDirectory, fault, 'queue within reach')
    const { process, restore } = victimOf(fault, target)
    await process.kill()
    const files = await queueFiles(directory)
    for (const file of files) await damage(file)
    let isHealed = false
    return {
      heal: async () => {
        // What docs/troubleshooting.md tells a person to do.
        if (!isHealed) for (const file of files) await rename(file, `${file}.damaged`)
        isHealed = true
        await restore()
      },
      effect: async () => {
        const refusal = await process.start().then(() => undefined, messageOf)
        return refusal === undefined ? undefined : `the collector did not start: ${refusal.slice(0, 200)}`
      },
    }
  },
})

async function damage(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes.fill('no queue', FIRST_PAGES_BYTES)
  await writeFile(file, bytes)
}

async function queueFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.includes('exporter_clickhouse'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
