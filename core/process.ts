// A child process with its output in a log file: started, signalled, awaited, never left behind.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { messageOf, UserError } from './errors.ts'

export interface ProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment; nothing is inherited beyond it. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Standard output and error are appended here. */
  readonly logFile: string
}

export interface RunningProcess {
  readonly pid: number
  /** True until the process has ended. */
  alive(): boolean
  /** `code 1` or `signal SIGKILL` once it has ended. */
  exit(): string | undefined
  signal(name: NodeJS.Signals): void
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
}

/** Starts a child process. @throws UserError when it cannot be started at all */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const log = openSync(options.logFile, 'a')
  let child: ChildProcess
  try {
    child = spawn(options.command, options.args, {
      env: { ...options.env },
      // An open pipe from us is how a child notices that we are gone.
      stdio: ['pipe', log, log],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      // Its own group: Ctrl-C reaches us alone, and we end our children in order.
      detached: true,
    })
    await once(child, 'spawn')
  } catch (error) {
    throw new UserError(`${options.command} cannot be started: ${messageOf(error)}`)
  } finally {
    closeSync(log)
  }
  child.stdin?.on('error', () => {})
  let exit: string | undefined
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = signal === null ? `code ${code}` : `signal ${signal}`
      resolve()
    })
  })
  return {
    pid: child.pid ?? -1,
    alive: () => exit === undefined,
    exit: () => exit,
    signal: (name) => {
      if (exit === undefined) child.kill(name)
    },
    ended,
  }
}

/** Whether a process with this id runs, and since when, as a mark that tells it from a later one with the same id. */
export function processMark(pid: number): string | undefined {
  try {
    // Field 22 (start time in clock ticks); the name in brackets may hold spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie holds nothing any more.
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    if (process.platform === 'linux') return undefined
    try {
      process.kill(pid, 0)
      return 'alive'
    } catch {
      return undefined
    }
  }
}

/** The names of this process's ancestors, the nearest first, as the system shows them: `node`, `npm run stack`, `bash`. */
export function ancestorNames(): string[] {
  const names: string[] = []
  for (let pid = process.ppid; pid > 1 && names.length < 30; ) {
    const found = process.platform === 'linux' ? parentFromProc(pid) : parentFromPs(pid)
    if (found === undefined) break
    names.push(found.name)
    pid = found.parent
  }
  return names
}

interface Named {
  readonly name: string
  readonly parent: number
}

function parentFromProc(pid: number): Named | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const close = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, close), parent: Number(stat.slice(close + 2).split(' ')[1]) }
  } catch {
    return undefined
  }
}

function parentFromPs(pid: number): Named | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' })
  const [, parent, name = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(stdout ?? '') ?? []
  return parent === undefined ? undefined : { name: name.slice(name.lastIndexOf('/') + 1), parent: Number(parent) }
}

/** What the system says of a process: stopped by SIGSTOP is `paused`; one that nobody has waited for yet has `ended`. */
export function processStatus(pid: number): 'running' | 'paused' | 'ended' {
  const letter = process.platform === 'linux' ? letterFromProc(pid) : letterFromPs(pid)
  if (letter === '' || letter === 'Z' || letter === 'X') return 'ended'
  return letter === 'T' ? 'paused' : 'running'
}

function letterFromProc(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.charAt(stat.lastIndexOf(')') + 2)
  } catch {
    return ''
  }
}

function letterFromPs(pid: number): string {
  return spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })
    .stdout.trim()
    .charAt(0)
}

/** The last lines of a log file, or an empty list when there is none. */
export async function tailOf(logFile: string, lines: number): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '')
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .slice(-lines)
}
