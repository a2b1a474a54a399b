// The samples of gitleaks' own rules: built on demand from its Go module, which is fetched and never kept in this repository.
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromCache } from '../../../stack/runtime/embedded/cache.ts'
import { requireGo } from '../../../stack/runtime/embedded/go.ts'
import { runTool } from '../../../stack/runtime/embedded/tool.ts'
import { kindOf, readKinds } from './kinds.ts'
import { type Sample, sampleSchema } from './sample.ts'

const SOURCES = join(import.meta.dirname, 'gitleaks')
const FILES = [
  'go.mod',
  'go.sum',
  'main.go',
  'collection.go',
  'rules.go',
  'overlay/utils/validate.go',
  'overlay/secrets/regen.go',
]
/** In gitleaks' module, what the two files of `overlay/` stand in for: it has no other way to hand out its samples. */
const GENERATE = 'vendor/github.com/zricethezav/gitleaks/v8/cmd/generate'
const REPLACED = {
  'overlay/utils/validate.go': 'config/utils/validate.go',
  'overlay/secrets/regen.go': 'secrets/regen.go',
}
const PROGRAM = 'gitleaks-samples'

/** So many samples or more of every rule and syntax, the same for a seed. @throws MachineError where Go or its module cannot be had */
export async function gitleaksSamples(seed: number, progress: (message: string) => void): Promise<Sample[]> {
  const program = await builtProgram(progress)
  const out = await runTool({ command: program, args: ['-seed', String(seed), '-each', '10'], cwd: '/' })
  const kinds = await readKinds()
  return out.split('\n').flatMap((line) => {
    if (line === '') return []
    const sample = sampleSchema.parse(JSON.parse(line))
    const kind = kindOf(kinds, sample.rule)
    return kind === undefined ? [] : [{ ...sample, kind }]
  })
}

async function builtProgram(progress: (message: string) => void): Promise<string> {
  const content = await Promise.all(FILES.map((file) => readFile(join(SOURCES, file), 'utf8')))
  const { path } = await fromCache({
    name: PROGRAM,
    content: [`${process.platform}-${process.arch}`, ...content].join('\n'),
    file: PROGRAM,
    neededBytes: 1024 ** 3,
    progress,
    make: async (directory) => {
      await requireGo('the program that prints the samples of gitleaks', 'PATH')
      await build(directory, progress)
    },
  })
  return path
}

async function build(directory: string, progress: (message: string) => void): Promise<void> {
  const work = join(directory, 'sources')
  const env = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim() }
  for (const file of FILES) {
    await mkdir(join(work, file, '..'), { recursive: true })
    await cp(join(SOURCES, file), join(work, file))
  }
  progress(`${PROGRAM}: getting its modules`)
  await runTool({ command: 'go', args: ['mod', 'vendor'], cwd: work, env })
  for (const [own, theirs] of Object.entries(REPLACED)) await cp(join(work, own), join(work, GENERATE, theirs))
  progress(`${PROGRAM}: compiling`)
  const out = join(directory, PROGRAM)
  const args = ['build', '-mod=vendor', '-trimpath', '-ldflags=-s -w', '-o', out, '.']
  await runTool({ command: 'go', args, cwd: work, env: { ...env, GOFLAGS: process.env.GOFLAGS ?? '' } })
  await runTool({ command: 'rm', args: ['-rf', work], cwd: directory })
}
