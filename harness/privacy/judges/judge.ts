// A judge is a secret scanner of somebody else: it says what it finds in files, and knows nothing of the policy that is judged.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { property } from '../../../core/property.ts'

export const judgeNames = ['kingfisher', 'betterleaks'] as const
export type JudgeName = (typeof judgeNames)[number]

export interface Finding {
  readonly judge: JudgeName
  readonly rule: string
  /** The whole path. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly match: string
}

export interface Judge {
  readonly name: JudgeName
  readonly version: string
  /** Everything that it finds in the files of a directory, each occurrence. @throws MachineError where it fails or takes too long */
  scan(directory: string): Promise<Finding[]>
}

const LIMIT_MS = 10 * 60_000
const run = promisify(execFile)

export interface Scan {
  readonly program: string
  readonly args: readonly string[]
  /** Exit codes that only say whether something was found. */
  readonly codes: readonly number[]
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a scanner; the lines of its output that are objects. */
export async function linesOf(scan: Scan): Promise<unknown[]> {
  const out = await run(scan.program, scan.args, {
    // No proxy answers there: should a scanner try to reach a provider, it fails at once.
    env: { PATH: '/usr/bin:/bin', HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, ALL_PROXY: NOWHERE, ...scan.env },
    maxBuffer: 1024 ** 3,
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  }).then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      if (scan.codes.includes(Number(property(error, 'code')))) return String(property(error, 'stdout'))
      const why = property(error, 'killed') === true ? `took more than ${LIMIT_MS / 60_000} minutes` : messageOf(error)
      throw new MachineError(`${scan.program} failed: ${why}`)
    },
  )
  return out.split('\n').flatMap((line): unknown[] => (line.startsWith('{') ? [JSON.parse(line)] : []))
}

/** A scan that stopped on its way would find less than there is. @throws MachineError where no line says that the scan is complete */
export function mustHaveEnded(name: string, lines: readonly unknown[], isEnd: (line: unknown) => boolean): void {
  if (!lines.some(isEnd)) throw new MachineError(`${name} did not say that its scan is complete`)
}

const NOWHERE = 'http://127.0.0.1:9'
