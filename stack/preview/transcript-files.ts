// Where the client keeps the transcripts of its sessions, and which of them is meant.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MachineError, messageOf } from '../../core/errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

const ENDING = '.jsonl'

/**
 * A subagent's own transcript (`agent-…`) is no session.
 * @param session the id that a transcript is named by; the newest of all sessions when absent
 * @throws MachineError that says where it looked
 */
export async function findTranscript(environment: Environment, session?: string): Promise<string> {
  const projects = join(configDirectory(environment), 'projects')
  const names = await namesIn(projects)
  const files = (await Promise.all(names.map((name) => transcriptsIn(join(projects, name))))).flat()
  const wanted = session === undefined ? files : files.filter(({ name }) => name === `${session}${ENDING}`)
  // Of files that were written at the same time always the same one.
  const [newest] = wanted.toSorted((a, b) => b.writtenMs - a.writtenMs || (a.path < b.path ? -1 : 1))
  if (newest) return newest.path
  const what = session === undefined ? 'no transcript' : 'no transcript of that session'
  throw new MachineError(`${what} in ${projects} (${files.length} there); name a file: npm run policy -- preview FILE`)
}

/** @throws MachineError when it is none that can be read */
export async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw new MachineError(`${path} cannot be read: ${messageOf(error)}`)
  })
  if (found.isDirectory()) throw new MachineError(`${path} is a directory: name one transcript in it`)
  // A device may have no end.
  if (!found.isFile()) throw new MachineError(`${path} is no file`)
}

function configDirectory({ CLAUDE_CONFIG_DIR: own = '', HOME: home = '', USERPROFILE: profile = '' }: Environment) {
  return own === '' ? join(home === '' ? profile : home, '.claude') : own
}

async function transcriptsIn(directory: string) {
  const names = (await namesIn(directory)).filter((name) => name.endsWith(ENDING) && !name.startsWith('agent-'))
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name)
      const found = await stat(path).catch(() => undefined)
      return found?.isFile() ? [{ name, path, writtenMs: found.mtimeMs }] : []
    }),
  )
  return files.flat()
}

/** Nothing where there is no such directory. */
function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => [])
}
