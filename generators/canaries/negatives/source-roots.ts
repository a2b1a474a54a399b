// Where real source code lies on this machine: this checkout's packages, Go's and Python's standard libraries.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../core/paths.ts'

export interface SourceRoot {
  readonly name: 'npm' | 'go' | 'python'
  readonly directory: string
  /** Ends of the names of the files to read. */
  readonly ends: readonly string[]
}

/** Those that are there. */
export function sourceRoots(): SourceRoot[] {
  const go = answerOf('go', ['env', 'GOROOT'])
  const python = answerOf('python3', ['-c', 'import sysconfig; print(sysconfig.get_paths()["stdlib"])'])
  const roots: SourceRoot[] = [
    { name: 'npm', directory: join(projectRoot, 'node_modules'), ends: ['.js', '.mjs', '.cjs', '.ts'] },
    ...(go === undefined ? [] : [{ name: 'go' as const, directory: join(go, 'src'), ends: ['.go'] }]),
    ...(python === undefined ? [] : [{ name: 'python' as const, directory: python, ends: ['.py'] }]),
  ]
  return roots.filter(({ directory }) => existsSync(directory))
}

function answerOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 })
  const answer = status === 0 ? stdout.trim() : ''
  return answer === '' ? undefined : answer
}
