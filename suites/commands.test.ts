// Holds docs/contracts/commands.md to the commands: flags, defaults, exit codes, variables, help with an example, one line for a mistake.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ExitCode } from '../core/errors.ts'
import { projectRoot } from '../core/paths.ts'

const read = (path: string) => readFile(join(projectRoot, path), 'utf8')
const { scripts } = z
  .looseObject({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await read('package.json')))
const document = await read('docs/contracts/commands.md')

const STACK = ['up', 'down', 'backup', 'restore', 'upgrade', 'status', 'logs', 'env'].map((name) => `stack ${name}`)
const SERVICE = ['install', 'remove'].map((name) => `stack service ${name}`)
const DATASET = ['load', 'check', 'list', 'unload'].map((name) => `dataset ${name}`)
const REPORT = ['report merge']
/** Flags that are there to be said, and that hold anyway. */
const ON = ['stack up --relay']
/** The flags of `stack` belong to its parts. */
const COMMANDS = [
  ...Object.keys(scripts).filter((name) => name !== 'stack' && name !== 'report'),
  ...STACK,
  ...SERVICE,
  ...DATASET,
  ...REPORT,
]

/** Variables that the project reads and that its document does not explain, each with the reason why not. */
const NOT_EXPLAINED: Readonly<Record<string, string>> = {
  PATH: 'every program looks there for others; handed on to the components',
  HOME: "every program's; handed on to the components",
  TMPDIR: "the system's place for temporary files; handed on to the components",
  LANG: "every program's; handed on to the components",
  CLAUDE_CODE_ENABLE_TELEMETRY: "the client's own; `stack -- env` sets it, the doctor looks at it",
  OTEL_LOGS_EXPORTER: "the client's own; `stack -- env` sets it, the doctor looks at it",
  OTEL_METRICS_EXPORTER: "the client's own; `stack -- env` sets it, the doctor looks at it",
  OTEL_EXPORTER_OTLP_PROTOCOL: "the client's own; `stack -- env` sets it, the doctor looks at it",
  OTEL_EXPORTER_OTLP_ENDPOINT: "the client's own; `stack -- env` sets it, the doctor looks at it",
  DOCKER_HOST: "Docker's own; says where the engine is",
  TESTCONTAINERS_RYUK_DISABLED: "testcontainers' own; set unless the person has set it",
  TESTCONTAINERS_HOST_OVERRIDE: "testcontainers' own; a test sets it unless the person has set it",
  XDG_CONFIG_HOME: "every program's; systemd looks there for its units",
  npm_lifecycle_event: 'npm sets it for what it starts',
  npm_config_cache: 'npm sets it for what it starts',
  OTEL_RESOURCE_ATTRIBUTES: "the client's own; the templates add to it",
  ...Object.fromEntries(
    ['GITHUB_ACTIONS', 'GITLAB_CI', 'BUILDKITE', 'JENKINS_URL', 'TF_BUILD'].map((name) => [name, 'set by a CI system']),
  ),
}

/** The text between a heading of the document and the next. */
function section(heading: string): string {
  const text = document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0]
  if (text === undefined) throw new Error(`docs/contracts/commands.md has no section ${heading}`)
  return text
}

/** The rows of all tables in a text, without their heads. */
function tableRows(text: string): string[][] {
  return [...text.matchAll(/(?:^\|.*\n)+/gm)].flatMap(([table]) =>
    table
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  )
}

/** What stands in backticks. */
function literals(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
}

const flagRows = tableRows(section('Flags')).map(([command, term, standard = '', takes]) => ({
  command: literals(command)[0] ?? '',
  term: literals(term)[0],
  standard,
  values: literals(takes),
}))

async function run(name: string, args: readonly string[]) {
  const [command = '', ...parts] = name.split(' ')
  const file = join(projectRoot, `bin/${scripts[command]?.split(' ').at(-1)}.ts`)
  const child = spawn(process.execPath, [file, ...parts, ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code]: unknown[] = await once(child, 'close')
  return { code, stdout, stderr }
}

const helps = new Map<string, ReturnType<typeof run>>()

/** `--help` of a command, asked once: to start a process for each test would take most of their time. */
function helpOf(name: string): ReturnType<typeof run> {
  const known = helps.get(name) ?? run(name, ['--help'])
  helps.set(name, known)
  return known
}

/** The entries of a part of the help: `--lines <number>` and what is said of it, with line breaks taken out. */
function entries(help: string, part: string): { term: string; text: string }[] {
  const body = help.split(`\n${part}:\n`)[1]?.split('\n\n')[0] ?? ''
  return body.split(/\n(?= {2}\S)/).flatMap((entry) => {
    const [, term, text = ''] = /^ {2}(\S+(?: \S+)*)(?: {2,}(.*))?$/s.exec(entry) ?? []
    return term === undefined ? [] : [{ term, text: text.replace(/\s+/g, ' ') }]
  })
}

/** `<run>`, `[name]`: what the first line of the help takes besides flags. */
function argumentsIn(help: string): string[] {
  const usage = help.split('\n\n')[0] ?? ''
  return [...usage.matchAll(/<[\w.]+>|\[[\w.]+\]/g)]
    .map(([argument]) => argument)
    .filter((argument) => argument !== '[options]' && argument !== '[command]')
}

test('documents every command and no other', async () => {
  expect([...new Set(flagRows.map(({ command }) => command))].sort()).toEqual([...COMMANDS].sort())
  for (const [command, known] of [
    ['stack', [...STACK, 'stack service']],
    ['stack service', SERVICE],
    ['dataset', DATASET],
    ['report', REPORT],
  ] as const) {
    const { stdout } = await helpOf(command)
    const parts = entries(stdout, 'Commands').map(({ term }) => `${command} ${term.split(' ')[0]}`)
    expect(parts.sort()).toEqual([...known].sort())
  }
})

test.concurrent.each([...COMMANDS, 'stack'])('%s --help shows an example of itself', async (name) => {
  const { code, stdout } = await helpOf(name)
  expect(code).toBe(0)
  const shown = name === 'test' ? 'npm test' : `npm run ${name.replace(' ', ' -- ')}`
  expect(stdout.split('\nExample:\n')[1]?.trim()).toMatch(new RegExp(`^${RegExp.escape(shown)}(?![\\w-])`))
})

test.concurrent.each(COMMANDS)('%s has the flags, arguments and defaults that are documented', async (name) => {
  const { stdout } = await helpOf(name)
  const flags = entries(stdout, 'Options').filter(({ term }) => term !== '-h, --help')
  const told = flagRows.filter(({ command, term }) => command === name && term !== undefined)
  expect(told.map(({ term }) => term).sort()).toEqual([...flags.map(({ term }) => term), ...argumentsIn(stdout)].sort())
  for (const { term, standard, values } of told) {
    const text = flags.find((flag) => flag.term === term)?.text
    if (text === undefined) continue
    // An empty default means that the command chooses; the document says in words what.
    const [, shown = ''] = /\(default: "(.*)"\)$/.exec(text) ?? []
    const inWords = !standard.startsWith('`') && standard !== '' ? standard : 'words, not a value'
    const wanted = shown === '' ? inWords : `\`${shown.replace(`${projectRoot}/`, '')}\``
    expect(`${term}: ${standard}`).toBe(`${term}: ${wanted}`)
    if (!term?.includes('<'))
      expect(`${term}: ${standard}`).toBe(`${term}: ${ON.includes(`${name} ${term}`) ? 'on' : 'off'}`)
    // What it takes is told by its help too.
    for (const value of values) expect(`${term}: ${text}`).toContain(value)
  }
})

test.concurrent.each([...COMMANDS, 'stack'])('%s answers an unknown flag with 64 and one line', async (name) => {
  const { code, stderr } = await run(name, ['--no-such-flag'])
  expect(code).toBe(64)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('tells every exit code', async () => {
  const signals = [...(await read('core/cleanup.ts')).matchAll(/\['(SIG\w+)', (\d+)\]/g)].map(([, name, code]) => ({
    name: name ?? '',
    code: Number(code),
  }))
  expect(signals.length).toBeGreaterThan(2)
  const told = tableRows(section('Exit codes')).map(([code, means = '']) => ({ code: Number(code), means }))
  expect(told.map(({ code }) => code)).toEqual(
    [...Object.values(ExitCode), ...signals.map(({ code }) => code)].sort((a, b) => a - b),
  )
  for (const { name, code } of signals) expect(told.find((row) => row.code === code)?.means).toContain(name)
})

/** The names of environment variables that the project's files read. */
async function variablesRead(): Promise<{ names: Set<string>; byName: string[] }> {
  const names = new Set<string>()
  const byName: string[] = []
  const add = (text: string, pattern: RegExp) => {
    for (const match of text.matchAll(pattern)) if (match[1] !== undefined) names.add(match[1])
  }
  for await (const path of glob('{bin,core,generators,harness,reports,scenarios,stack,suites}/**/*.{ts,cjs}', {
    cwd: projectRoot,
  })) {
    // What runs inside an image reads the image's variables.
    if (path.startsWith('stack/images/')) continue
    const text = await read(path)
    add(text, /\bprocess\.env\.(\w+)/g)
    if (path.endsWith('.test.ts')) continue
    add(text, /\benv\.([A-Z]\w*|\w+_proxy)\b/g)
    add(text, /\bfromVariable\(\s*'(\w+)'/g)
    if (!/\benv\[/.test(text)) continue
    // It reads variables by names that it holds as texts.
    byName.push(path)
    add(text, /'(?!SIG)([A-Z][A-Z0-9_]{3,}|[a-z]+_proxy)'/g)
  }
  add(await read('stack/compose.yaml'), /\$\{(\w+)/g)
  for await (const path of glob('stack/client/env/telemetry.*', { cwd: projectRoot }))
    add(await read(path), /\b((?:OTEL|CLAUDE_CODE)_[A-Z_]+)\b/g)
  return { names, byName }
}

test('explains every variable that the project reads, and no other', async () => {
  const { names, byName } = await variablesRead()
  expect(names.size).toBeGreaterThan(30)
  // Who reads variables in another way than these tells this test how.
  expect(byName.sort()).toEqual([
    'harness/processes/relay-process.ts',
    'stack/doctor/ci.ts',
    'stack/doctor/proxies.ts',
    'stack/doctor/silent-client.ts',
    'stack/runtime/embedded/executable.ts',
    'stack/runtime/embedded/launch.ts',
  ])
  const told = tableRows(section('Variables')).flatMap(([cell]) => literals(cell))
  expect(told).toHaveLength(new Set(told).size)
  expect([...told, ...Object.keys(NOT_EXPLAINED)].sort()).toEqual([...names].sort())
})

test("tells the defaults of the compose file's variables", async () => {
  const compose = new Map<string, string>()
  for (const [, name = '', operator, rest = ''] of (await read('stack/compose.yaml')).matchAll(
    /\$\{(\w+)(:[-?])([^}]*)\}/g,
  ))
    compose.set(name, operator === ':?' ? 'made at the first start' : `\`${rest}\``)
  expect(compose.size).toBeGreaterThan(15)
  const told = new Map(tableRows(section('Variables')).map(([cell, standard]) => [literals(cell)[0] ?? '', standard]))
  expect([...compose].map(([name]) => [name, told.get(name)])).toEqual([...compose])
})
