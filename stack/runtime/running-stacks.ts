// The register of running stacks: what a killed harness left behind is ended and removed at the next start.
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makeDirectories } from '../../core/directories.ts'
import { MachineError, messageOf } from '../../core/errors.ts'
import { dataDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { processMark } from '../../core/process.ts'
import { askerOf, type EngineKind } from './docker-cli.ts'
import { removeProject } from './remove-project.ts'

const END_MS = 5_000

/** One running stack, as its file says. */
export const entrySchema = z.object({
  owner: z.object({ pid: z.number(), mark: z.string() }),
  processes: z.array(z.object({ pid: z.number(), mark: z.string(), name: z.string().default('a process') })),
  directories: z.array(z.string()),
  /** Compose projects, whose containers, networks and volumes are removed. */
  projects: z.array(z.string()).default([]),
  /** Which engine they run on. */
  engine: z.enum(['docker', 'podman']).default('docker'),
  /** Of the daily stack: what a keeper that was killed left of it goes on serving until a command of the daily stack ends it. */
  daily: z.boolean().default(false),
})
type Entry = z.infer<typeof entrySchema>

/** One running stack's entry; written at every change, so that it is true even after SIGKILL. */
export class Registration implements AsyncDisposable {
  readonly #file: string
  #entry: Entry
  #written: Promise<void> = Promise.resolve()

  private constructor(file: string, entry: Entry) {
    this.#file = file
    this.#entry = entry
  }

  static async open(name: string, { daily = false } = {}): Promise<Registration> {
    await makeDirectories(registerDirectory()).catch((error: unknown) => {
      throw new MachineError(
        `${registerDirectory()} cannot be written: ${messageOf(error)}; set TELEMETRY_PROOF_DATA to a directory of yours`,
      )
    })
    const owner = { pid: process.pid, mark: processMark(process.pid) ?? '' }
    const registration = new Registration(join(registerDirectory(), `${name}.json`), {
      owner,
      processes: [],
      directories: [],
      projects: [],
      engine: 'docker',
      daily,
    })
    await registration.#write()
    return registration
  }

  async addProcess(pid: number, name: string): Promise<void> {
    const alive = this.#entry.processes.filter(isAlive)
    this.#entry = { ...this.#entry, processes: [...alive, { pid, mark: processMark(pid) ?? '', name }] }
    await this.#write()
  }

  async addDirectory(directory: string): Promise<void> {
    this.#entry = { ...this.#entry, directories: [...this.#entry.directories, directory] }
    await this.#write()
  }

  async addProject(project: string, engine: EngineKind): Promise<void> {
    this.#entry = { ...this.#entry, engine, projects: [...this.#entry.projects, project] }
    await this.#write()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#file, { force: true })
  }

  /** One after the other: two services may start at once. */
  #write(): Promise<void> {
    this.#written = this.#written
      .catch(() => {})
      .then(async () => {
        await writeFile(`${this.#file}.new`, JSON.stringify(this.#entry))
        await rename(`${this.#file}.new`, this.#file)
      })
    return this.#written
  }
}

/** A process that outlived the one that was to end it. */
export interface LeftProcess {
  readonly name: string
  readonly pid: number
}

/** What a killed keeper of the daily stack left running. */
export async function leftOfDaily(): Promise<LeftProcess[]> {
  const left: LeftProcess[] = []
  for (const { entry } of await readEntries())
    if (entry?.daily === true && !isAlive(entry.owner)) left.push(...entry.processes.filter(isAlive))
  return left.map(({ name, pid }) => ({ name, pid }))
}

/**
 * Ends and removes what stacks left behind whose owner is gone. Returns one line for each.
 * @param options.daily also what is left of the daily stack
 */
export async function removeOrphans({ daily = false } = {}): Promise<string[]> {
  const swept: string[] = []
  for (const { file, entry } of await readEntries()) {
    if (entry !== undefined) {
      const { owner, processes, directories, projects, engine } = entry
      if (isAlive(owner) || (entry.daily && !daily)) continue
      for (const left of processes) if (left.mark !== '' && isAlive(left)) await end(left)
      for (const directory of directories) await rm(directory, { recursive: true, force: true, maxRetries: 5 })
      for (const project of projects) await removeProject(project, { ask: askerOf(engine) })
      swept.push(`removed what an earlier run (process ${owner.pid}) left behind`)
    }
    await rm(file, { force: true })
  }
  return swept
}

/** Every file of the register; one that cannot be read has no entry. */
async function readEntries(): Promise<{ readonly file: string; readonly entry: Entry | undefined }[]> {
  const names = (await readdir(registerDirectory()).catch(() => [])).filter((name) => name.endsWith('.json'))
  return Promise.all(
    names.map(async (name) => {
      const file = join(registerDirectory(), name)
      const text: unknown = await readFile(file, 'utf8')
        .then(JSON.parse)
        .catch(() => undefined)
      return { file, entry: entrySchema.safeParse(text).data }
    }),
  )
}

function isAlive({ pid, mark }: { readonly pid: number; readonly mark: string }): boolean {
  return processMark(pid) === mark
}

/** Its ports are free when it has ended. */
async function end(left: { readonly pid: number; readonly mark: string }): Promise<void> {
  try {
    process.kill(left.pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
  await until(`the end of process ${left.pid}`, async () => !isAlive(left), { timeoutMs: END_MS }).catch(() => {})
}

function registerDirectory(): string {
  return join(dataDirectory(), 'running')
}
