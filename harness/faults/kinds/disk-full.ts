// The fault *disk-full*: no room is left on the disk of a process.
import { z } from 'zod'
import { defineFault } from '../fault.ts'
import { need } from '../target.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    'disk-full': {
      readonly stage: 'relay' | 'collector' | 'clickhouse'
      readonly parameters: { readonly diskBytes: number }
    }
  }
}

export const kind = defineFault({
  kind: 'disk-full',
  stages: ['relay', 'collector', 'clickhouse'],
  profile: 'full',
  parameters: z.strictObject({ diskBytes: z.int().min(1) }),
  // It takes a disk of that size from the start: *buffering* and *containers* have one.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const disk = need(target.disks?.[fault.stage], fault, 'disk of a limited size')
    await disk.fill()
    return { heal: () => disk.free(), effect: () => disk.complaint() }
  },
})
