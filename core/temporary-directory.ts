// A directory that goes with its scope, and with this process should that end first.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from './cleanup.ts'

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

/** @param what it is for, in its name */
export async function temporaryDirectory(what: string): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), `telemetry-proof-${what}-`))
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5 })
  // Registered before what runs in it: it goes behind that.
  const atEnd = atExit(remove)
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      atEnd[Symbol.dispose]()
      await remove()
    },
  }
}
