// The register of running stacks, as far as the doctor needs it: which compose projects have an owner that still lives.
import { join } from 'node:path'
import { entrySchema } from '../runtime/running-stacks.ts'
import type { System } from './system.ts'

export interface RegisteredProjects {
  readonly alive: ReadonlySet<string>
  /** Removed when a stack starts next. */
  readonly gone: ReadonlySet<string>
}

export async function readRegister(system: System): Promise<RegisteredProjects> {
  const alive = new Set<string>()
  const gone = new Set<string>()
  for (const text of await system.textsIn(join(system.dataDirectory, 'running'), '.json')) {
    const entry = entrySchema.safeParse(json(text)).data
    if (entry === undefined) continue
    const lives = system.processMark(entry.owner.pid) === entry.owner.mark
    for (const project of entry.projects) (lives ? alive : gone).add(project)
  }
  return { alive, gone }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
