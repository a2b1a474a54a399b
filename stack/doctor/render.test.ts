import { stripVTControlCharacters } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { bad, ok, warn } from './finding.ts'
import { renderDoctor } from './render.ts'

const findings = [
  ok('node', 'Node 26.10.0'),
  warn('go', 'Go is not on PATH', 'only needed for the embedded runtime while nothing is cached, which is so at first'),
  bad('memory', 'only 1.0 GiB of memory; 4 GB are needed', 'use a machine of at least 4 GB'),
  ok('disk', '73.6 GiB free', ''),
]
const render = (...args: Parameters<typeof renderDoctor>) => stripVTControlCharacters(renderDoctor(...args))

afterEach(() => vi.unstubAllEnvs())

test('what is bad comes first, what is well last, and a count ends it', () => {
  expect(render(findings)).toBe(`BAD    memory: only 1.0 GiB of memory; 4 GB are needed
       → use a machine of at least 4 GB
WARN   go: Go is not on PATH
       → only needed for the embedded runtime while nothing is cached, which is
         so at first
ok     node: Node 26.10.0
ok     disk: 73.6 GiB free
1 bad, 1 warning, 2 ok
`)
})

test('nothing found is said', () => {
  expect(render([ok('node', 'Node 26')])).toBe('ok     node: Node 26\nNo problems found.\n')
})

test('keeps to 80 columns, but keeps commands whole', () => {
  const command = `\`export NO_PROXY='${'host.example,'.repeat(10)}'; export no_proxy=x\``
  const text = render([
    warn('proxy', 'word '.repeat(60).trim(), `do this: ${command} and nothing else ${'w '.repeat(90)}`),
  ])
  const lines = text.split('\n')
  expect(text).toContain(command)
  expect(lines.filter((line) => line.length > 80)).toEqual([expect.stringContaining(command)])
})

test('numbered advice gets a line for each number', () => {
  expect(render([warn('client', 'the client sent nothing', '1. first; with a semicolon; 2. second')])).toContain(
    '       → 1. first; with a semicolon\n         2. second\n',
  )
})

test('a program’s name cannot steer the terminal', () => {
  expect(render([ok('ports', 'held by \u001b[2Jx\ny')])).toContain('held by [2Jx y')
})

test('NO_COLOR is honoured', () => {
  vi.stubEnv('FORCE_COLOR', undefined)
  vi.stubEnv('NO_COLOR', '1')
  expect(renderDoctor(findings)).toBe(render(findings))
})
