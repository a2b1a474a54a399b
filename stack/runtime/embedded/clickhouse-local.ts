// ClickHouse as a program that turns one format into another: rows go in, a file comes out, and no server runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { messageOf, UserError } from '../../../core/errors.ts'
import type { Progress } from '../runtime.ts'
import { resolveClickhouse } from './components.ts'
import type { Executable } from './executable.ts'
import { inheritedEnvironment } from './launch.ts'

/** The last statement says so on standard error: the library's process has no exit code that tells. */
const DONE = 'converted'
const MOST_TOLD = 4000

export interface Conversion {
  /** What to convert; its end is the end of the file. */
  readonly input: Writable
  readonly output: Readable
  /** Resolves when all has been converted. Rejects with a UserError that says what ClickHouse did not like. */
  readonly done: Promise<void>
  /** Ends it at once. */
  kill(): void
}

export interface Conversions {
  /** @param structure `name Type, …` of both @param from, to formats of ClickHouse @param settings `name = value, …` */
  start(options: {
    readonly structure: string
    readonly from: string
    readonly to: string
    readonly settings?: string
  }): Conversion
}

/** @throws UserError when there is no ClickHouse for this machine */
export async function openConversions(progress: Progress): Promise<Conversions> {
  const executable = await resolveClickhouse(progress)
  return {
    start({ structure, from, to, settings }) {
      const columns = structure.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
      const query =
        `INSERT INTO FUNCTION file('stdout', '${to}', '${columns}') SELECT * FROM file('stdin', '${from}', '${columns}')` +
        (settings === undefined ? '' : ` SETTINGS ${settings}`) +
        `; INSERT INTO FUNCTION file('stderr', 'TSV', 'done String') SELECT '${DONE}'`
      return convert(executable, query)
    },
  }
}

function convert({ path }: Executable, query: string): Conversion {
  const isLibrary = /\.(so|dylib)$/.test(path)
  const host = join(import.meta.dirname, 'clickhouse-local-host.ts')
  const child = spawn(
    isLibrary ? process.execPath : path,
    isLibrary ? [host, path, query] : ['local', '--multiquery', '--query', query],
    {
      env: { ...inheritedEnvironment(), TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Its own group: Ctrl-C reaches us alone. Without us its input ends, and so does it.
      detached: true,
    },
  )
  let told = ''
  child.stderr.on('data', (data: Buffer) => {
    told = (told + String(data)).slice(-MOST_TOLD)
  })
  // Told by how it ends.
  child.stdin.on('error', () => {})
  const done = ended(child).then((code) => {
    if (told.endsWith(`${DONE}\n`)) return
    throw new UserError(`ClickHouse could not convert: ${told.trim().split('\n')[0] || `it ended with ${code}`}`)
  })
  done.catch(() => {})
  return { input: child.stdin, output: child.stdout, done, kill: () => void child.kill('SIGKILL') }
}

async function ended(child: ReturnType<typeof spawn>): Promise<number | string> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    return code ?? signal ?? 'nothing'
  } catch (error) {
    throw new UserError(`ClickHouse cannot be started: ${messageOf(error)}`)
  }
}
