import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { placeIn } from './place.ts'

test('what a process that has ended left goes, what one that runs uses stays, and so does what is nobody’s', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'telemetry-proof-place-'))
  const { pid: gone } = spawnSync('true')
  try {
    for (const name of [`of-process-${gone}`, `of-process-${process.ppid}`, 'of-process-x', 'else'])
      await mkdir(join(parent, name, 'inside'), { recursive: true })
    {
      await using place = await placeIn(parent)
      expect(place.path).toBe(join(parent, `of-process-${process.pid}`))
      expect((await readdir(parent)).sort()).toEqual(['else', `of-process-${process.ppid}`, 'of-process-x'].sort())
      await mkdir(join(place.path, 'inside'), { recursive: true })
    }
    expect(await readdir(parent)).not.toContain(`of-process-${process.pid}`)
    await using _place = await placeIn(join(parent, 'none'))
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
})
