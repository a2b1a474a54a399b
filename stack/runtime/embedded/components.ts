// Where the embedded runtime's three components come from: an explicit path, PATH (right version only), the cache, a build, a release's archive.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MachineError } from '../../../core/errors.ts'
import { readYamlFile } from '../../../core/yaml-file.ts'
import type { Progress, StackOptions } from '../runtime.ts'
import { type ArchiveName, archivesFirst, fromArchive, pinnedArchive, readArchives } from './archives.ts'
import { type CacheOrder, fromCache, inCache } from './cache.ts'
import { type Executable, fromPath, fromVariable } from './executable.ts'
import { buildCollector, buildProgram, hasGo, requireGo } from './go.ts'
import { runTool } from './tool.ts'
import { CHDB_VERSION, CLICKHOUSE_VERSION, TOXIPROXY_VERSION } from './versions.ts'

const GIB = 1024 ** 3

// libchdb is the ClickHouse engine as a library. A platform without a pinned checksum relies on npm's own.
const CHDB_PACKAGES: Readonly<Record<string, { readonly name: string; readonly integrity?: string }>> = {
  'linux-x64': {
    name: '@chdb/lib-linux-x64-gnu',
    integrity: 'sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==',
  },
  'linux-arm64': { name: '@chdb/lib-linux-arm64-gnu' },
  'darwin-x64': { name: '@chdb/lib-darwin-x64' },
  'darwin-arm64': { name: '@chdb/lib-darwin-arm64' },
}

/** A component that is built where Go is, and taken from its release's archive where it is not. */
interface Plan {
  readonly name: ArchiveName
  readonly version: string
  readonly found: Executable | undefined
  readonly order: CacheOrder
}

/** The collector, built from `<stack>/collector/manifest.yaml`, or from its release, where none is at hand. */
export async function resolveCollector(stackDirectory: string, progress: Progress): Promise<Executable> {
  return obtain(await planCollector(stackDirectory, progress))
}

/** Toxiproxy, built or from its release, where none is at hand. */
export async function resolveToxiproxy(progress: Progress): Promise<Executable> {
  return obtain(await planToxiproxy(progress))
}

/** @throws MachineError when what a stack needs can be had in no way on this machine; nothing is installed or built */
export async function requireWays(stack: Pick<StackOptions, 'stackDirectory' | 'shape' | 'faults'>): Promise<void> {
  const plans = [
    ...(stack.shape === 'database' ? [] : [await planCollector(stack.stackDirectory, () => {})]),
    ...(stack.faults ? [await planToxiproxy(() => {})] : []),
  ]
  for (const plan of plans)
    if (plan.found === undefined && (await takesArchive(plan)))
      pinnedArchive(await readArchives(), plan.name, `${process.platform}-${process.arch}`)
}

async function obtain(plan: Plan): Promise<Executable> {
  if (plan.found) return plan.found
  const takes = await takesArchive(plan)
  const { path, made } = await (takes ? fromArchive(plan.name, plan.order.progress) : fromCache(plan.order))
  return { path, version: plan.version, source: made ? (takes ? 'fetched' : 'built') : 'cache', cached: true }
}

/** What was built stays first, unless archives are asked for. */
async function takesArchive({ order }: Plan): Promise<boolean> {
  return archivesFirst() || !((await inCache(order)) || (await hasGo()))
}

async function planCollector(stackDirectory: string, progress: Progress): Promise<Plan> {
  const file = join(stackDirectory, 'collector/manifest.yaml')
  const { dist } = await readYamlFile(
    file,
    'stack/collector/manifest.yaml',
    z.looseObject({ dist: z.looseObject({ version: z.string() }) }),
  )
  const found =
    (await fromVariable('TELEMETRY_PROOF_OTELCOL', dist.version)) ??
    (await fromPath(['otelcol-contrib'], ['--version'], dist.version))
  const manifest = await readFile(file, 'utf8')
  const order: CacheOrder = {
    name: 'otelcol',
    content: `${process.platform}-${process.arch}\n${manifest}`,
    file: 'otelcol',
    neededBytes: 4 * GIB,
    progress,
    make: async (directory) => {
      await requireGo('the collector', 'TELEMETRY_PROOF_OTELCOL')
      await buildCollector(manifest, dist.version, directory, progress)
    },
  }
  return { name: 'otelcol', version: dist.version, found, order }
}

async function planToxiproxy(progress: Progress): Promise<Plan> {
  const found =
    (await fromVariable('TELEMETRY_PROOF_TOXIPROXY', TOXIPROXY_VERSION)) ??
    (await fromPath(['toxiproxy-server'], ['--version'], TOXIPROXY_VERSION))
  const order: CacheOrder = {
    name: 'toxiproxy',
    content: `${process.platform}-${process.arch} ${TOXIPROXY_VERSION}`,
    file: 'toxiproxy',
    neededBytes: GIB,
    progress,
    make: async (directory) => {
      await requireGo('toxiproxy', 'TELEMETRY_PROOF_TOXIPROXY')
      await buildProgram(
        `github.com/Shopify/toxiproxy/v2@v${TOXIPROXY_VERSION}`,
        '/cmd/server',
        'toxiproxy',
        directory,
        progress,
      )
    },
  }
  return { name: 'toxiproxy', version: TOXIPROXY_VERSION, found, order }
}

/** ClickHouse: a `clickhouse` binary of the right version, else libchdb from npm. */
export async function resolveClickhouse(progress: Progress): Promise<Executable> {
  const found =
    (await fromVariable('TELEMETRY_PROOF_CLICKHOUSE', CLICKHOUSE_VERSION)) ??
    (await fromPath(['clickhouse'], ['--version'], ` ${CLICKHOUSE_VERSION}.`))
  if (found) return found
  const platform = `${process.platform}-${process.arch}`
  const pinned = CHDB_PACKAGES[platform]
  if (!pinned) {
    throw new MachineError(
      `there is no ClickHouse for ${platform} to fetch: install clickhouse ${CLICKHOUSE_VERSION} on PATH, or set TELEMETRY_PROOF_CLICKHOUSE to its binary`,
    )
  }
  const library = 'libchdb.so'
  const cached = await fromCache({
    name: 'clickhouse',
    content: `${pinned.name}@${CHDB_VERSION}`,
    file: library,
    neededBytes: 2 * GIB,
    progress,
    make: async (directory) => {
      progress(`clickhouse: fetching ${pinned.name} ${CHDB_VERSION} (170 MiB)`)
      await fetchPackage(pinned, directory)
      await runTool({ command: 'mv', args: [join('node_modules', pinned.name, library), library], cwd: directory })
      await runTool({
        command: 'rm',
        args: ['-rf', 'node_modules', 'package.json', 'package-lock.json'],
        cwd: directory,
      })
    },
  })
  return { path: cached.path, version: CHDB_VERSION, source: cached.made ? 'fetched' : 'cache', cached: true }
}

async function fetchPackage(
  pinned: { readonly name: string; readonly integrity?: string },
  directory: string,
): Promise<void> {
  await runTool({
    command: 'npm',
    args: [
      'install',
      '--prefix',
      directory,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `${pinned.name}@${CHDB_VERSION}`,
    ],
    cwd: directory,
  }).catch((error: unknown) => {
    throw new MachineError(
      `${pinned.name} ${CHDB_VERSION} cannot be fetched (${error instanceof Error ? error.message : String(error)}); ` +
        `check the network, or set TELEMETRY_PROOF_CLICKHOUSE to a clickhouse ${CLICKHOUSE_VERSION} binary or a libchdb`,
    )
  })
  const lock = await readFile(join(directory, 'node_modules/.package-lock.json'), 'utf8')
  const { packages } = z
    .looseObject({ packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })) })
    .parse(JSON.parse(lock))
  const integrity = packages[`node_modules/${pinned.name}`]?.integrity
  if (pinned.integrity !== undefined && integrity !== pinned.integrity) {
    throw new MachineError(
      `${pinned.name} ${CHDB_VERSION} has the checksum ${integrity}, pinned is ${pinned.integrity}; it was not used`,
    )
  }
}
