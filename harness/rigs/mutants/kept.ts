// What is kept of mutants: what killed each (generated), and which answer the same as what they are mutants of, with the reason (by hand).
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { projectRoot } from '../../../core/paths.ts'
import type { Equivalence, Fate, Killer } from '../../mutation/fate.ts'
import { formatKillers, parseKillers } from '../../mutation/killers.ts'
import type { Part } from './parts.ts'

const KILLERS = 'harness/rigs/mutants/kept/killers.tsv'
const EQUIVALENT = 'harness/rigs/mutants/kept/equivalent.yaml'

const equivalences = z.array(z.strictObject({ reason: z.string().min(20), mutants: z.array(z.string()).min(1) }))

/** By id; undefined for what nothing killed. */
export async function readKillers(): Promise<Map<string, Killer | undefined>> {
  return parseKillers(await readFile(join(projectRoot, KILLERS), 'utf8'))
}

export async function writeKillers(parts: readonly Part[], fates: ReadonlyMap<string, Fate>): Promise<void> {
  const mutants = parts.flatMap((part) => part.mutants)
  await writeFile(join(projectRoot, KILLERS), formatKillers(mutants, fates))
}

/** @throws Error where the file is not what it must be */
export async function readEquivalences(): Promise<Equivalence[]> {
  return equivalences.parse(parse(await readFile(join(projectRoot, EQUIVALENT), 'utf8')))
}
