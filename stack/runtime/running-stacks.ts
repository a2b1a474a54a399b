// The register of running stacks: what a killed harness left behind is ended and removed at the next start.
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makeDirectories } from '../../core/directories.ts'
import { MachineError, messageOf } from '../../core/errors.ts'
import { dataDirectory } from '../../core/paths.ts'
import { processMark } from '../../core/process.ts'
import { removeProject } from './remove-project.ts'

/** One running stack, as its file says. */
export const entrySchema = z.object({
  owner: z.object({ pid: z.number(), mark: z.string() }),
  processes: z.array(z.object({ pid: z.number(), mark: z.string() })),
  directories: z.array(z.string()),
  /** Compose projects, whose containers, networks and volumes are removed. */
  projects: z.array(z.string()).default([]),
})
type Entry = z.infer<typeof entrySchema>

/** One running stack's entry; written at every change, so that it is true even after SIGKILL. */
export class Registration implements AsyncDisposable {
  readonly #file: string
  #entry: Entry

  private constructor(file: string, entry: Entry) {
    this.#file = file
    this.#entry = entry
  }

  static async open(name: string): Promise<Registration> {
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
    })
    await registration.#write()
    return registration
  }

  async addProcess(pid: number): Promise<void> {
    const alive = this.#entry.processes.filter((known) => processMark(known.pid) === known.mark)
    this.#entry = { ...this.#entry, processes: [...alive, { pid, mark: processMark(pid) ?? '' }] }
    await this.#write()
  }

  async addDirectory(directory: string): Promise<void> {
    this.#entry = { ...this.#entry, directories: [...this.#entry.directories, directory] }
    await this.#write()
  }

  async addProject(project: string): Promise<void> {
    this.#entry = { ...this.#entry, projects: [...this.#entry.projects, project] }
    await this.#write()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#file, { force: true })
  }

  async #write(): Promise<void> {
    await writeFile(`${this.#file}.new`, JSON.stringify(this.#entry))
    await rename(`${this.#file}.new`, this.#file)
  }
}

/** Ends and removes what stacks left behind whose owner is gone. Returns one line for each. */
export async function removeOrphans(): Promise<string[]> {
  const swept: string[] = []
  const files = await readdir(registerDirectory()).catch(() => [])
  for (const name of files.filter((file) => file.endsWith('.json'))) {
    const file = join(registerDirectory(), name)
    const entry = entrySchema.safeParse(
      await readFile(file, 'utf8')
        .then(JSON.parse)
        .catch(() => undefined),
    )
    if (entry.success) {
      const { owner, processes, directories, projects } = entry.data
      if (processMark(owner.pid) === owner.mark) continue
      for (const left of processes) if (left.mark !== '' && processMark(left.pid) === left.mark) end(left.pid)
      for (const directory of directories) await rm(directory, { recursive: true, force: true, maxRetries: 5 })
      for (const project of projects) await removeProject(project)
      swept.push(`removed what an earlier run (process ${owner.pid}) left behind`)
    }
    await rm(file, { force: true })
  }
  return swept
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

function registerDirectory(): string {
  return join(dataDirectory(), 'running')
}
