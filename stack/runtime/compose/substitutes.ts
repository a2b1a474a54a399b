// The substitute images: what each is made of, and so its name. An image whose contents have changed has another name.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../../../core/paths.ts'
import { CHDB_VERSION, TOXIPROXY_VERSION } from '../embedded/versions.ts'

/** The label that tells a substitute from an official image. */
export const SUBSTITUTE_LABEL = 'telemetry-proof.substitute'

export type SubstituteName = 'clickhouse' | 'otel-collector' | 'toxiproxy' | 'node'

export interface Substitute {
  readonly name: SubstituteName
  /** Repository of the image that it stands for. */
  readonly official: string
  readonly repository: string
  /** Files of the project that go into it, relative to the project. */
  readonly files: readonly string[]
  /** What else decides its contents. */
  readonly versions: readonly string[]
}

export const substitutes: readonly Substitute[] = [
  {
    name: 'clickhouse',
    official: 'clickhouse/clickhouse-server',
    repository: 'telemetry-proof/clickhouse',
    files: [
      'stack/images/clickhouse/Dockerfile',
      'stack/images/clickhouse/config.xml',
      'stack/images/clickhouse/users.xml',
      'stack/images/clickhouse/entrypoint.sh',
      'stack/images/clickhouse/clickhouse-client',
      'stack/images/clickhouse/client.ts',
      'stack/runtime/sql-statements.ts',
      'stack/runtime/embedded/reset-shield.ts',
      'stack/runtime/embedded/clickhouse-host.ts',
    ],
    versions: [CHDB_VERSION],
  },
  {
    name: 'otel-collector',
    official: 'otel/opentelemetry-collector-contrib',
    repository: 'telemetry-proof/otel-collector-contrib',
    files: [
      'stack/images/otel-collector/Dockerfile',
      'stack/images/otel-collector/config.yaml',
      'stack/collector/manifest.yaml',
    ],
    versions: [],
  },
  {
    name: 'toxiproxy',
    official: 'ghcr.io/shopify/toxiproxy',
    repository: 'telemetry-proof/toxiproxy',
    files: ['stack/images/toxiproxy/Dockerfile'],
    versions: [TOXIPROXY_VERSION],
  },
  {
    name: 'node',
    official: 'node',
    repository: 'telemetry-proof/node',
    files: ['stack/images/node/Dockerfile'],
    versions: [process.version],
  },
]

/** The substitute for an image, or undefined when there is none for its repository. */
export function substituteFor(reference: string): Substitute | undefined {
  const [repository] = splitReference(reference)
  return substitutes.find(({ official }) => official === repository)
}

/** The name under which the substitute of an official image's version stands, given what it is made of today. */
export async function substituteReference(substitute: Substitute, version: string): Promise<string> {
  const hash = createHash('sha256').update(substitute.versions.join('\n'))
  for (const file of substitute.files) hash.update(await readFile(join(projectRoot, file)))
  return `${substitute.repository}:${version}-${hash.digest('hex').slice(0, 12)}`
}

/** `registry/name:tag` in its two parts; the tag is `latest` where none is given. */
export function splitReference(reference: string): readonly [repository: string, tag: string] {
  const colon = reference.lastIndexOf(':')
  return colon > reference.lastIndexOf('/')
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference, 'latest']
}
