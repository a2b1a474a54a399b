// The project's own TypeScript files, with what each imports, for the tests that hold their architecture and style.
import { glob, readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { projectRoot } from '../../core/paths.ts'

const FOLDERS = ['bin', 'core', 'generators', 'harness', 'reports', 'scenarios', 'stack', 'suites']

export interface Source {
  readonly path: string
  readonly text: string
  /** Of the project, types included. */
  readonly imports: readonly string[]
  readonly modules: readonly string[]
}

export const sources: readonly Source[] = await readSources()
export const isTest = ({ path }: Pick<Source, 'path'>) => path.endsWith('.test.ts') || path.includes('/testing/')

async function readSources(): Promise<Source[]> {
  const found: Source[] = []
  for await (const path of glob(`{${FOLDERS.join(',')}}/**/*.ts`, { cwd: projectRoot })) {
    const text = await readFile(resolve(projectRoot, path), 'utf8')
    const specifiers = [
      ...text.matchAll(/^(?:import|export)\s+(?:type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm),
      ...text.matchAll(/\bimport\('([^']+)'\)/g),
    ].map((match) => match[1] ?? '')
    found.push({
      path,
      text,
      imports: specifiers
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => relative(projectRoot, resolve(projectRoot, dirname(path), specifier))),
      modules: specifiers.filter((specifier) => !specifier.startsWith('.')),
    })
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}
