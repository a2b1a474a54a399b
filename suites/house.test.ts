// The rules of the house: imports point one way, no cycles, clocks and chance only in core/, every file says what it is for.
import { glob, readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'

const ROOMS = ['core', 'generators', 'stack', 'scenarios', 'reports', 'suites', 'bin'] as const
type Room = (typeof ROOMS)[number]

/** What each room may import from, besides itself. */
const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  core: [],
  generators: ['core'],
  stack: ['core'],
  scenarios: ['core', 'generators', 'stack'],
  reports: ['core', 'scenarios'],
  suites: ['core', 'generators', 'stack', 'scenarios', 'reports'],
  bin: ['core', 'generators', 'stack', 'scenarios', 'suites', 'reports'],
}

interface Source {
  readonly path: string
  readonly room: Room
  readonly text: string
  readonly imports: readonly { readonly target: string; readonly typeOnly: boolean }[]
}

const sources: readonly Source[] = await readSources()
const isTest = ({ path }: Source) => path.endsWith('.test.ts') || path.includes('/testing/')

async function readSources(): Promise<Source[]> {
  const found: Source[] = []
  for await (const path of glob(`{${ROOMS.join(',')}}/**/*.ts`, { cwd: projectRoot })) {
    const text = await readFile(resolve(projectRoot, path), 'utf8')
    const imports = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'/gm)].map(
      (match) => ({
        target: relative(projectRoot, resolve(projectRoot, dirname(path), match[2] ?? '')),
        typeOnly: match[1] !== undefined,
      }),
    )
    found.push({ path, room: path.split('/')[0] as Room, text, imports })
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

test('there is a house to look at', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(200)
})

test('imports point one way', () => {
  const wrong = sources.flatMap((source) =>
    source.imports.flatMap(({ target }) => {
      const room = target.split('/')[0] as Room
      return room === source.room || MAY_IMPORT[source.room].includes(room) ? [] : [`${source.path} imports ${target}`]
    }),
  )
  expect(wrong).toEqual([])
})

test('reports take only types from scenarios', () => {
  const wrong = sources
    .filter((source) => source.room === 'reports' && !isTest(source))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target, typeOnly }) => target.startsWith('scenarios/') && !typeOnly)
        .map(({ target }) => `${path} imports ${target}`),
    )
  expect(wrong).toEqual([])
})

test('no imports go round in a circle', () => {
  const graph = new Map(
    sources.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target)]),
  )
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  expect(circles).toEqual([])
})

test('only core/ reads a clock, waits or draws by chance', () => {
  const forbidden =
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomUUID\(|\bsetTimeout\(|\bsetInterval\(/
  const wrong = sources.flatMap(({ path, room, text }) =>
    room === 'core'
      ? []
      : text
          .split('\n')
          .flatMap((line, index) =>
            forbidden.test(line) && !line.includes('const forbidden') ? [`${path}:${index + 1}: ${line.trim()}`] : [],
          ),
  )
  expect(wrong).toEqual([])
})

test('no test is focused, skipped without a reason, or retried', () => {
  const wrong = sources
    .filter(isTest)
    .flatMap(({ path, text }) =>
      /\b(?:it|test|describe|suite)\.only\(|\bretry:\s*[1-9]/.test(text) && path !== 'suites/house.test.ts'
        ? [path]
        : [],
    )
  expect(wrong).toEqual([])
})

test('every file says on its first line what it is for', () => {
  const wrong = sources
    .filter((source) => !isTest(source))
    .filter(({ text }) => !/^\/\/ \S.{10,}/.test(text))
    .map(({ path }) => path)
  expect(wrong).toEqual([])
})
