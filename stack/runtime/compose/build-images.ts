// Builds the substitute images on this machine's engine, from the components that the embedded runtime uses.
import { cp, link, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { atExit } from '../../../core/cleanup.ts'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { projectRoot, stackDirectory } from '../../../core/paths.ts'
import { readComposeFile } from '../compose-file.ts'
import { type Ask, askerOf, type EngineKind, engineCommand } from '../docker-cli.ts'
import { resolveClickhouse, resolveCollector, resolveToxiproxy } from '../embedded/components.ts'
import { runTool } from '../embedded/tool.ts'
import type { Progress } from '../runtime.ts'
import { makeSecrets } from '../secrets.ts'
import { makeBaseSystem } from './base-system.ts'
import { DISK_ADVICE, isDiskFull } from './disk-full.ts'
import { inspectImage } from './images.ts'
import { findEngine } from './podman-engine.ts'
import { SUBSTITUTE_LABEL, type Substitute, splitReference, substituteFor, substituteReference } from './substitutes.ts'

const BASE_REPOSITORY = 'telemetry-proof/base'

export interface BuildImagesOptions {
  /** Which engine gets them. */
  readonly engine: EngineKind
  /** An image that the engine has, instead of a base system made with debootstrap. */
  readonly base?: string
  /** Builds also what is there already. */
  readonly force?: boolean
  readonly progress: Progress
}

export interface BuiltImage {
  readonly reference: string
  readonly standsFor: string
  readonly sizeBytes: number
  /** False when it was there already. */
  readonly built: boolean
}

/** @throws MachineError when there is no engine, a component cannot be made, or the engine refuses */
export async function buildImages(options: BuildImagesOptions): Promise<BuiltImage[]> {
  await findEngine(options.engine)
  const ask = askerOf(options.engine)
  if (process.platform !== 'linux')
    throw new MachineError(
      `images are built from this machine's own components, and those of ${process.platform} run in no container; pull the official images here`,
    )
  const { services } = await readComposeFile(join(stackDirectory, 'compose.yaml'), 'stack/compose.yaml', makeSecrets())
  const wanted = [...new Set([...services.values()].map(({ image }) => image))]
  const built: BuiltImage[] = []
  for (const official of wanted) {
    const substitute = substituteFor(official)
    if (substitute === undefined) continue
    const reference = await substituteReference(substitute, splitReference(official)[1])
    const present = (await inspectImage(ask, reference)) !== undefined
    if (!present || options.force) {
      await build(substitute, reference, options)
      await removeOlder(substitute.repository, reference, ask)
    }
    built.push({
      reference,
      standsFor: official,
      sizeBytes: await sizeOf(reference, ask),
      built: !present || options.force === true,
    })
  }
  return built
}

async function build(substitute: Substitute, reference: string, options: BuildImagesOptions): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'telemetry-proof-image-'))
  using _removal = atExit(() => rm(context, { recursive: true, force: true }))
  try {
    const args = await fill[substitute.name](context, options)
    options.progress(`building ${reference}`)
    await runTool({
      ...engineCommand(options.engine, [
        ...['build', '--tag', reference, '--label', `${SUBSTITUTE_LABEL}=true`],
        ...args,
        context,
      ]),
      cwd: context,
      onLine: (line) => options.progress(`building ${reference}: ${line.trim().slice(0, 80)}`),
    }).catch((error: unknown) => {
      throw cannotBuild(reference, error)
    })
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

/** Substitutes of earlier contents are used no more; one that still runs stays. */
async function removeOlder(repository: string, reference: string, ask: Ask): Promise<void> {
  const { stdout } = await ask('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', repository)
  const names = stdout.split('\n').map((name) => name.replace(/^localhost\//, ''))
  const older = names.filter((name) => name.startsWith(`${repository}:`) && name !== reference)
  if (older.length > 0) await ask('image', 'rm', ...older)
}

type Fill = (context: string, options: BuildImagesOptions) => Promise<string[]>

/** Puts into the build's context what each Dockerfile copies; gives further arguments of the build. */
const fill: Readonly<Record<Substitute['name'], Fill>> = {
  clickhouse: async (context, { base, engine: kind, progress }) => {
    const executable = await resolveClickhouse(progress)
    if (!executable.path.endsWith('.so'))
      throw new MachineError(
        `the image is made from libchdb, not from ${executable.path}; unset TELEMETRY_PROOF_CLICKHOUSE`,
      )
    const reference = base ?? (await importBase(progress, kind))
    progress('clickhouse: gathering the engine')
    const engine = join(context, 'engine')
    await mkdir(engine, { recursive: true })
    await place(executable.path, join(engine, 'libchdb.so'))
    await place(process.execPath, join(engine, 'node'))
    for (const file of [
      'stack/images/clickhouse/client.ts',
      'stack/runtime/sql-statements.ts',
      'stack/runtime/embedded/reset-shield.ts',
      'stack/runtime/embedded/clickhouse-host.ts',
    ])
      await cp(join(projectRoot, file), join(engine, file), { recursive: true })
    for (const directory of foreignFunctionPackages())
      await cp(directory, join(engine, 'node_modules', directory.split('/node_modules/').at(-1) ?? ''), {
        recursive: true,
      })
    await cp(join(projectRoot, 'package.json'), join(engine, 'package.json'))
    for (const name of ['Dockerfile', 'config.xml', 'users.xml', 'entrypoint.sh', 'clickhouse-client'])
      await cp(join(stackDirectory, 'images/clickhouse', name), join(context, name))
    return ['--build-arg', `BASE=${reference}`]
  },
  'otel-collector': async (context, { progress }) => {
    await place((await resolveCollector(stackDirectory, progress)).path, join(context, 'otelcol'))
    for (const name of ['Dockerfile', 'config.yaml'])
      await cp(join(stackDirectory, 'images/otel-collector', name), join(context, name))
    return []
  },
  toxiproxy: async (context, { progress }) => {
    await place((await resolveToxiproxy(progress)).path, join(context, 'toxiproxy'))
    await cp(join(stackDirectory, 'images/toxiproxy/Dockerfile'), join(context, 'Dockerfile'))
    return []
  },
  node: async (context, { base, engine, progress }) => {
    const reference = base ?? (await importBase(progress, engine))
    await place(process.execPath, join(context, 'node'))
    await cp(join(stackDirectory, 'images/node/Dockerfile'), join(context, 'Dockerfile'))
    return ['--build-arg', `BASE=${reference}`]
  },
}

/** A large file costs no second copy where a link can be made. */
async function place(file: string, target: string): Promise<void> {
  await link(file, target).catch(() => cp(file, target))
}

/** ffi-rs, and the package with its library for this platform, which it alone depends on. */
function foreignFunctionPackages(): string[] {
  const require = createRequire(import.meta.url)
  const main = dirname(require.resolve('ffi-rs/package.json'))
  const own = createRequire(join(main, 'package.json'))
  return [main, dirname(own.resolve(`@yuuang/ffi-rs-${process.platform}-${process.arch}-gnu/package.json`))]
}

async function importBase(progress: Progress, engine: EngineKind): Promise<string> {
  const tar = await makeBaseSystem(progress)
  const reference = `${BASE_REPOSITORY}:${basename(dirname(tar))}`
  if ((await inspectImage(askerOf(engine), reference)) === undefined) {
    progress('base system: handing it to the engine')
    await runTool({ ...engineCommand(engine, ['import', tar, reference]), cwd: dirname(tar) }).catch(
      (error: unknown) => {
        throw cannotBuild(reference, error)
      },
    )
  }
  return reference
}

function cannotBuild(reference: string, error: unknown): MachineError {
  const said = messageOf(error)
  return new MachineError(
    isDiskFull(said) ? `no disk space left for ${reference}: ${DISK_ADVICE}` : `${reference} cannot be built: ${said}`,
  )
}

async function sizeOf(reference: string, ask: Ask): Promise<number> {
  return Number((await ask('image', 'inspect', '--format', '{{.Size}}', reference)).stdout)
}
