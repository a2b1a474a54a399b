// What a scanner takes for the load: a file a record, all in one run of it, its start and its reading of them included.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Judge } from '../../../harness/privacy/judges/judge.ts'
import { writeTexts } from '../../../harness/privacy/judges/judges.ts'
import { childrenCpuMs } from './children-cpu.ts'
import type { Cpu } from './load.ts'

export async function scannerCpu(judge: Judge): Promise<Cpu> {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-scanned-'))
  let isWritten = false
  return {
    msFor: async ({ texts }) => {
      if (!isWritten) await writeTexts(directory, texts)
      isWritten = true
      const before = childrenCpuMs()
      await judge.scan(directory)
      return childrenCpuMs() - before
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
