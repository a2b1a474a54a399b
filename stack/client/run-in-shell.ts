// Runs a script in a real shell, with a fake client on its PATH that writes down what it was given.
import { execFile } from 'node:child_process'
import { access, chmod, constants, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { messageOf, UserError } from '../../core/errors.ts'
import { quoteFor, type Shell } from './shell.ts'

const TIMEOUT_MS = 30_000

const programs: Readonly<Record<Shell, readonly [name: string, ...flags: string[]]>> = {
  bash: ['bash', '--noprofile', '--norc', '-c'],
  zsh: ['zsh', '-f', '-c'],
  fish: ['fish', '--no-config', '-c'],
  powershell: ['pwsh', '-NoProfile', '-NonInteractive', '-Command'],
}

/** What one start of the client received. */
interface ClientStart {
  readonly environment: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

export interface ShellRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** In the order of the starts. */
  readonly starts: readonly ClientStart[]
}

export interface ShellOptions {
  readonly directory: string
  /** The whole environment, apart from HOME and PATH, which have defaults. */
  readonly env: Readonly<Record<string, string>>
  /** What the fake client exits with. */
  readonly exitCode?: number
  /** Directories to look for programs in; by default those of this process. */
  readonly path?: string
}

/** The path of the shell's program, or undefined when it is not on PATH. */
export async function findShell(shell: Shell): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(directory, programs[shell][0])
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (directory !== '' && runs) return file
  }
  return undefined
}

/** Runs the script to its end. @throws UserError when the shell is missing or does not end within 30 s */
export async function runInShell(shell: Shell, script: string, options: ShellOptions): Promise<ShellRun> {
  const program = await findShell(shell)
  if (program === undefined) throw new UserError(`${programs[shell][0]} is not on PATH`)
  const home = await mkdtemp(join(tmpdir(), 'telemetry-shell-'))
  try {
    const bin = join(home, 'bin')
    await mkdir(bin)
    const notes = join(home, 'starts.jsonl')
    await writeFakeClient(bin, notes, options.exitCode ?? 0)
    const path = options.path ?? process.env.PATH ?? ''
    const env = { HOME: home, ...options.env, PATH: `${bin}${delimiter}${path}` }
    const [, ...flags] = programs[shell]
    const ended = await new Promise<Omit<ShellRun, 'starts'>>((resolve, reject) => {
      execFile(
        program,
        [...flags, script],
        { cwd: options.directory, env, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 ** 2 },
        (error, stdout, stderr) => {
          if (error === null) resolve({ exitCode: 0, stdout, stderr })
          else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr })
          else reject(new UserError(`${program} did not end by itself: ${messageOf(error)}`))
        },
      )
    })
    const text = await readFile(notes, 'utf8').catch(() => '')
    return { ...ended, starts: text.split('\n').filter(Boolean).map(readStart) }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function writeFakeClient(bin: string, notes: string, exitCode: number): Promise<void> {
  const dump = join(bin, 'dump.mjs')
  await writeFile(
    dump,
    `import { appendFileSync } from 'node:fs'
appendFileSync(${JSON.stringify(notes)}, JSON.stringify({ environment: process.env, args: process.argv.slice(2) }) + '\\n')
process.exit(${exitCode})
`,
  )
  const client = join(bin, 'claude')
  const [node, script] = [process.execPath, dump].map((file) => quoteFor('bash', file))
  await writeFile(client, `#!/bin/sh\nexec ${node} ${script} "$@"\n`)
  await chmod(client, 0o755)
}

function readStart(line: string): ClientStart {
  const parsed: unknown = JSON.parse(line)
  if (typeof parsed !== 'object' || parsed === null || !('environment' in parsed) || !('args' in parsed)) {
    throw new UserError(`the fake client wrote something else than its start: ${line}`)
  }
  const { environment, args } = parsed
  const strings = Object.entries(environment ?? {}).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string'
  })
  return { environment: Object.fromEntries(strings), args: Array.isArray(args) ? args.map(String) : [] }
}
