// The processes of a daily stack, as its register and its state have them.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { until } from '../../core/poll.ts'
import { processMark } from '../../core/process.ts'
import { entrySchema } from '../../stack/runtime/running-stacks.ts'
import type { Newcomer } from './newcomer.ts'

const stateSchema = z.object({ keeper: z.object({ pid: z.number() }) })

/** Those that are alive: the name of the service, and the process. */
export async function processesOf(person: Newcomer): Promise<ReadonlyMap<string, number>> {
  const directory = join(person.environment.TELEMETRY_PROOF_DATA ?? '', 'running')
  const files = (await readdir(directory)).filter((name) => name.endsWith('.json'))
  const entries = await Promise.all(
    files.map(async (file) => entrySchema.parse(JSON.parse(await readFile(join(directory, file), 'utf8')))),
  )
  const alive = entries.flatMap((entry) => entry.processes).filter(({ pid, mark }) => processMark(pid) === mark)
  return new Map(alive.map(({ name, pid }) => [name, pid]))
}

/** Kills the process that keeps the stack, and waits until it has ended. */
export async function killKeeper(person: Newcomer): Promise<void> {
  const file = join(person.environment.TELEMETRY_PROOF_DATA ?? '', 'stack/state.json')
  const { pid } = stateSchema.parse(JSON.parse(await readFile(file, 'utf8'))).keeper
  process.kill(pid, 'SIGKILL')
  await until('the end of the keeper', async () => processMark(pid) === undefined, { timeoutMs: 120_000 })
}
