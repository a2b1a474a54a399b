// Builds Go components: checks the toolchain first, shows progress while compiling.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { MachineError } from '../../../core/errors.ts'
import { runTool } from './tool.ts'

/** The oldest Go that builds the components. */
export const minimumGo = [1, 26] as const

/** Whether any Go is on PATH, old ones too: those are told to be too old. */
export async function hasGo(): Promise<boolean> {
  return runTool({ command: 'go', args: ['version'], cwd: '/' }).then(
    () => true,
    () => false,
  )
}

/** @throws UserError when Go is missing or too old, naming the ways out */
export async function requireGo(forWhat: string, variable: string): Promise<void> {
  const ways = `install Go ${minimumGo.join('.')} or newer (https://go.dev/dl), or set ${variable} to a binary you have`
  const shown = await runTool({ command: 'go', args: ['version'], cwd: '/' }).catch(() => undefined)
  if (shown === undefined) throw new MachineError(`Go is missing, and ${forWhat} must be built with it: ${ways}`)
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(shown) ?? []
  if (Number(major) < minimumGo[0] || (Number(major) === minimumGo[0] && Number(minor) < minimumGo[1])) {
    throw new MachineError(`Go ${major}.${minor} is too old to build ${forWhat}: ${ways}`)
  }
}

const BUILD_ENV = { CGO_ENABLED: '0', GOWORK: 'off' }

/** Builds the collector in `directory` from its manifest; leaves `otelcol` there and nothing else. */
export async function buildCollector(
  manifest: string,
  version: string,
  directory: string,
  progress: (message: string) => void,
): Promise<void> {
  const sources = join(directory, 'sources')
  const document = parseDocument(manifest)
  document.setIn(['dist', 'output_path'], sources)
  await writeFile(join(directory, 'manifest.yaml'), String(document))
  progress(`collector: getting its modules (1 of 2)`)
  await runTool({
    command: 'go',
    args: [
      'run',
      `go.opentelemetry.io/collector/cmd/builder@v${version}`,
      '--config=manifest.yaml',
      '--skip-compilation',
    ],
    cwd: directory,
    env: { ...BUILD_ENV, GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim() },
    onLine: (line) => {
      const module = /downloading (\S+)/.exec(line)?.[1]
      if (module) progress(`collector: getting its modules (1 of 2): ${module}`)
    },
  })
  await compile({
    what: 'collector',
    label: '(2 of 2)',
    packages: '.',
    cwd: sources,
    out: join(directory, 'otelcol'),
    progress,
  })
  await runTool({ command: 'rm', args: ['-rf', sources, join(directory, 'manifest.yaml')], cwd: directory })
}

/** Builds one program of a module; leaves `name` in `directory`. */
export async function buildProgram(
  module: string,
  program: string,
  name: string,
  directory: string,
  progress: (message: string) => void,
): Promise<void> {
  const sources = join(directory, 'sources')
  await runTool({ command: 'mkdir', args: [sources], cwd: directory })
  progress(`${name}: getting its modules`)
  const [path = module] = module.split('@')
  await runTool({ command: 'go', args: ['mod', 'init', 'telemetry-proof/tool'], cwd: sources, env: BUILD_ENV })
  await runTool({ command: 'go', args: ['get', module], cwd: sources, env: BUILD_ENV })
  await compile({
    what: name,
    label: '',
    packages: `${path}${program}`,
    cwd: sources,
    out: join(directory, name),
    progress,
  })
  await runTool({ command: 'rm', args: ['-rf', sources], cwd: directory })
}

interface Compilation {
  readonly what: string
  readonly label: string
  readonly packages: string
  readonly cwd: string
  readonly out: string
  readonly progress: (message: string) => void
}

async function compile(step: Compilation): Promise<void> {
  const env = { ...BUILD_ENV, GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim() }
  const listed = await runTool({ command: 'go', args: ['list', '-deps', step.packages], cwd: step.cwd, env })
  const total = listed.split('\n').length
  let compiled = 0
  await runTool({
    command: 'go',
    args: ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', step.out, step.packages],
    cwd: step.cwd,
    env,
    onLine: () => {
      compiled += 1
      step.progress(`${step.what}: compiling ${step.label} ${compiled} of at most ${total} packages`.replace('  ', ' '))
    },
  })
}
