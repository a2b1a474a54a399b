// A directory of this process alone, which goes with its scope; what processes that were killed have left beside it goes first.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { atExit } from '../../core/cleanup.ts'
import { processMark } from '../../core/process.ts'

export interface Place extends AsyncDisposable {
  readonly name: string
  readonly path: string
}

/** It is not made yet: only its name is chosen. */
export async function placeIn(parent: string): Promise<Place> {
  const name = `of-process-${process.pid}`
  for (const other of await readdir(parent).catch(() => [])) {
    const pid = Number(/^of-process-(\d+)$/.exec(other)?.[1] ?? Number.NaN)
    if (other === name || (!Number.isNaN(pid) && processMark(pid) === undefined))
      await rm(join(parent, other), { recursive: true, force: true })
  }
  const path = join(parent, name)
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5 })
  const atEnd = atExit(remove)
  return {
    name,
    path,
    [Symbol.asyncDispose]: async () => {
      atEnd[Symbol.dispose]()
      await remove()
    },
  }
}
