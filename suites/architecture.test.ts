// The architecture holds: imports point one way, types included, without circles of files or folders.
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { isTest, sources } from './testing/sources.ts'

/** What each room may import from, besides itself. docs/architecture.md draws the same. The longest name that fits a file is its room. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  generators: ['core'],
  stack: ['core'],
  'harness/judge': ['core', 'generators'],
  'harness/faults': ['core', 'generators', 'stack', 'harness/judge'],
  'harness/crash-model': ['core', 'stack'],
  'harness/mutation': [],
  harness: [
    'core',
    'generators',
    'stack',
    'harness/judge',
    'harness/faults',
    'harness/crash-model',
    'harness/mutation',
  ],
  scenarios: [
    'core',
    'generators',
    'stack',
    'harness/judge',
    'harness/faults',
    'harness/crash-model',
    'harness/mutation',
    'harness',
  ],
  reports: ['core', 'harness/judge'],
  suites: [
    'core',
    'generators',
    'stack',
    'harness/judge',
    'harness/faults',
    'harness/crash-model',
    'harness/mutation',
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
    'harness/mutation',
    'harness',
    'scenarios',
    'suites',
    'reports',
  ],
}
const ROOMS = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length)

/** Rooms that know nothing of the network and of the stack. */
const PURE = ['harness/judge', 'harness/mutation', 'reports/content']
const IMPURE_MODULES =
  /^(?:node:(?:net|http|https|http2|dgram|tls|child_process|fs|fs\/promises)|@clickhouse|@grpc|undici)/

/** Of a judge's faults only what a run keeps of them may be known to what injects them. */
const ONLY = { 'harness/faults': { 'harness/judge': 'harness/judge/model/' } } as const

const production = sources.filter((source) => !isTest(source))

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

test('docs/architecture.md has the same rooms and directions', async () => {
  const text = await readFile(resolve(projectRoot, 'docs/architecture.md'), 'utf8')
  const table = text.split('| room | what it is | may import |\n')[1]?.split('\n\n')[0] ?? ''
  const told: Record<string, readonly string[]> = {}
  for (const [, room = '', imports = ''] of table.matchAll(/^\| `([^`]+)` \|.*\| ([^|]*)\|$/gm)) {
    const names = [...imports.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '').filter((name) => name !== 'model/')
    told[room] = imports.startsWith('all above') ? Object.keys(told) : names
  }
  const sorted = (rooms: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(rooms).map(([room, imports]) => [room, imports.toSorted()]))
  expect(sorted(told)).toEqual(sorted(MAY_IMPORT))
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

test('judges, rules of mutation and the content of reports touch neither files nor the network', () => {
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
