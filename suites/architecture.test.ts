// The architecture holds: imports point one way, types included, no circles of files or folders, clocks and chance only in core/.
import { glob, readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'

/** What each room may import from, besides itself. docs/architecture.md draws the same. The longest name that fits a file is its room. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  generators: ['core'],
  stack: ['core'],
  'harness/judge': ['core', 'generators'],
  'harness/faults': ['core', 'generators', 'stack', 'harness/judge'],
  'harness/crash-model': ['core', 'stack'],
  harness: ['core', 'generators', 'stack', 'harness/judge', 'harness/faults', 'harness/crash-model'],
  scenarios: ['core', 'generators', 'stack', 'harness/judge', 'harness/faults', 'harness/crash-model', 'harness'],
  reports: ['core', 'harness/judge'],
  suites: [
    'core',
    'generators',
    'stack',
    'harness/judge',
    'harness/faults',
    'harness/crash-model',
    'harness',
    'scenarios',
    'reports',
  ],
  bin: [
    'core',
    'generators',
    'stack',
    'harness/judge',
    'harness/faults',
    'harness/crash-model',
    'harness',
    'scenarios',
    'suites',
    'reports',
  ],
}
const ROOMS = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length)

/** Rooms that know nothing of the network and of the stack. */
const PURE = ['harness/judge', 'reports/content']
const IMPURE_MODULES =
  /^(?:node:(?:net|http|https|http2|dgram|tls|child_process|fs|fs\/promises)|@clickhouse|@grpc|undici)/

/** Of a judge's faults only what a run keeps of them may be known to what injects them. */
const ONLY = { 'harness/faults': { 'harness/judge': 'harness/judge/model/' } } as const

interface Source {
  readonly path: string
  readonly text: string
  /** Of the project, types included. */
  readonly imports: readonly string[]
  readonly modules: readonly string[]
}

const sources: readonly Source[] = await readSources()
const isTest = ({ path }: Pick<Source, 'path'>) => path.endsWith('.test.ts') || path.includes('/testing/')
const production = sources.filter((source) => !isTest(source))

async function readSources(): Promise<Source[]> {
  const found: Source[] = []
  const tops = [...new Set(ROOMS.map((room) => room.split('/')[0]))]
  for await (const path of glob(`{${tops.join(',')}}/**/*.ts`, { cwd: projectRoot })) {
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

function roomOf(path: string): string {
  return ROOMS.find((room) => path.startsWith(`${room}/`)) ?? ''
}

/** Every circle that can be walked along these edges, once. */
function circlesIn(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (node: string, trail: readonly string[]): void => {
    if (trail.includes(node)) {
      circles.push([...trail.slice(trail.indexOf(node)), node].join(' → '))
      return
    }
    if (done.has(node)) return
    for (const next of edges.get(node) ?? []) visit(next, [...trail, node])
    done.add(node)
  }
  for (const node of edges.keys()) visit(node, [])
  return circles
}

test('there is something to look at', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(200)
  expect(sources.filter(({ path }) => roomOf(path) === '')).toEqual([])
})

test('imports point one way, types included', () => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const room = roomOf(path)
    return imports
      .filter((target) => roomOf(target) !== room && !MAY_IMPORT[room]?.includes(roomOf(target)))
      .map((target) => `${path} imports ${target}`)
  })
  expect(wrong).toEqual([])
})

test('what injects faults knows of the judge only what a run keeps', () => {
  const wrong = Object.entries(ONLY).flatMap(([room, targets]) =>
    Object.entries(targets).flatMap(([other, part]) =>
      production
        .filter(({ path }) => roomOf(path) === room)
        .flatMap(({ path, imports }) =>
          imports
            .filter((target) => roomOf(target) === other && !target.startsWith(part))
            .map((target) => `${path} imports ${target}`),
        ),
    ),
  )
  expect(wrong).toEqual([])
})

test('judges and the content of reports touch neither files nor the network', () => {
  const wrong = production
    .filter(({ path }) => PURE.some((room) => path.startsWith(`${room}/`)))
    .flatMap(({ path, modules }) =>
      modules.filter((name) => IMPURE_MODULES.test(name)).map((name) => `${path} imports ${name}`),
    )
  expect(wrong).toEqual([])
})

test('only bin/ reads flags and opens a terminal', () => {
  const wrong = production
    .filter(({ path }) => !path.startsWith('bin/'))
    .flatMap(({ path, modules }) =>
      modules.filter((name) => ['commander', 'ora'].includes(name)).map((name) => `${path} imports ${name}`),
    )
  expect(wrong).toEqual([])
})

test('no imports go round in a circle of files, types included', () => {
  expect(circlesIn(new Map(sources.map(({ path, imports }) => [path, imports])))).toEqual([])
})

test('no imports go round in a circle of folders, types included', () => {
  const edges = new Map<string, string[]>()
  for (const { path, imports } of production)
    for (const target of imports)
      if (dirname(target) !== dirname(path))
        edges.set(dirname(path), [...(edges.get(dirname(path)) ?? []), dirname(target)])
  expect(circlesIn(edges)).toEqual([])
})

test('a circle is found where there is one', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ])
  expect(circlesIn(edges)).toEqual(['b → c → b'])
})

const MAX_FILE_LINES = 250
/** Data: long, and nothing to understand. */
const DATA = /\/fixtures\//

test(`no file has more than ${MAX_FILE_LINES} lines`, () => {
  const long = sources
    .filter(({ path }) => !DATA.test(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_FILE_LINES)
    .map(({ path, lines }) => `${path}: ${lines}`)
  expect(long).toEqual([])
})

test('no function has more than 70 lines', () => {
  expect(sources.flatMap(longFunctions)).toEqual([])
})

/** By indentation: the formatter puts the end of a function in the column of its first line. */
function longFunctions({ path, text }: Source): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const head =
      /^( *)(?:export )?(?:default )?(?:async )?(?:function\b|(?:static |readonly )*(?:async )?#?\w+\(.*\).*\{$|.*=> \{$)/.exec(
        line,
      )
    if (head === null || !line.endsWith('{') || /^\s*(?:if|for|while|switch|describe|test)\b/.test(line)) return []
    const indent = head[1] ?? ''
    const length = lines.slice(start + 1).findIndex((next) => new RegExp(`^${indent}\\}`).test(next)) + 2
    return length > 70 ? [`${path}:${start + 1}: ${length} lines`] : []
  })
}

test('only core/ reads a clock, waits or draws by chance', () => {
  const forbidden =
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomUUID\(|\bsetTimeout\(|\bsetInterval\(/
  const wrong = sources.flatMap(({ path, text }) =>
    roomOf(path) === 'core'
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
      /\b(?:it|test|describe|suite)\.only\(|\bretry:\s*[1-9]/.test(text) && path !== 'suites/architecture.test.ts'
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
