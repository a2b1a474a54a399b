// Which images the stack runs: the official ones, or local substitutes where those cannot be had; the report tells which.
import { z } from 'zod'
import { MachineError } from '../../../core/errors.ts'
import type { ComposeFile } from '../compose-file.ts'
import type { Progress, ServiceName } from '../runtime.ts'
import { type Ask, askDocker } from './engine.ts'

/** The label that `npm run images` puts on what it builds. */
export const SUBSTITUTE_LABEL = 'telemetry-proof.substitute'

/** Each service's variable in stack/compose.yaml, and where `npm run images` puts the substitute of its official image. */
const images = {
  clickhouse: {
    variable: 'CLICKHOUSE_IMAGE',
    official: 'clickhouse/clickhouse-server',
    local: 'telemetry-proof/clickhouse',
  },
  'otel-collector': {
    variable: 'OTEL_COLLECTOR_IMAGE',
    official: 'otel/opentelemetry-collector-contrib',
    local: 'telemetry-proof/otel-collector-contrib',
  },
  'metrics-collector': {
    variable: 'OTEL_COLLECTOR_IMAGE',
    official: 'otel/opentelemetry-collector-contrib',
    local: 'telemetry-proof/otel-collector-contrib',
  },
  toxiproxy: { variable: 'TOXIPROXY_IMAGE', official: 'ghcr.io/shopify/toxiproxy', local: 'telemetry-proof/toxiproxy' },
} as const satisfies Record<ServiceName, { variable: string; official: string; local: string }>

export interface ImageInUse {
  readonly service: ServiceName
  /** Variable of stack/compose.yaml that names it. */
  readonly variable: string
  readonly reference: string
  readonly substitute: boolean
}

const inspectedSchema = z.array(
  z.looseObject({ Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish() }),
)

/** Whether the engine has the image, and whether it is a substitute. */
export async function inspectImage(ask: Ask, reference: string): Promise<{ readonly substitute: boolean } | undefined> {
  const { stdout, failure } = await ask('image', 'inspect', reference)
  if (failure !== '') return undefined
  const labels = inspectedSchema.safeParse(JSON.parse(stdout)).data?.[0]?.Config?.Labels ?? {}
  return { substitute: labels[SUBSTITUTE_LABEL] === 'true' }
}

/** The newest substitute of an official image in the same version; undefined when none was built. */
async function substituteOf(ask: Ask, service: ServiceName, reference: string): Promise<string | undefined> {
  const { official, local } = images[service]
  if (!reference.startsWith(`${official}:`)) return undefined
  const version = reference.slice(official.length + 1)
  const { stdout } = await ask(
    'image',
    'ls',
    '--filter',
    `reference=${local}:${version}-*`,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  )
  return stdout.split('\n').find((line) => line !== '')
}

/** The images that are here already, without asking a registry; undefined when one of them is missing. */
export async function imagesAtHand(
  compose: ComposeFile,
  services: readonly ServiceName[],
  ask: Ask = askDocker,
): Promise<ImageInUse[] | undefined> {
  const found: ImageInUse[] = []
  for (const service of services) {
    const image = await atHand(compose, service, ask)
    if (image === undefined) return undefined
    found.push(image)
  }
  return found
}

async function atHand(compose: ComposeFile, service: ServiceName, ask: Ask): Promise<ImageInUse | undefined> {
  const reference = compose.services.get(service)?.image ?? ''
  const { variable } = images[service]
  const inspected = await inspectImage(ask, reference)
  if (inspected) return { service, variable, reference, ...inspected }
  const local = await substituteOf(ask, service, reference)
  return local === undefined ? undefined : { service, variable, reference: local, substitute: true }
}

/** The images of these services; what is not here is pulled. @throws MachineError when one cannot be had */
export async function obtainImages(
  compose: ComposeFile,
  services: readonly ServiceName[],
  progress: Progress,
  ask: Ask = askDocker,
): Promise<ImageInUse[]> {
  const obtained: ImageInUse[] = []
  for (const service of services) {
    const found = await atHand(compose, service, ask)
    if (found) {
      obtained.push(found)
      continue
    }
    const reference = compose.services.get(service)?.image ?? ''
    progress(`pulling ${reference}`)
    const pulled = await ask('pull', '--quiet', reference)
    if (pulled.failure !== '')
      throw new MachineError(
        `the image ${reference} of ${service} is not here and cannot be pulled (${pulled.failure === 'timeout' ? 'no answer' : pulled.message.split('\n')[0]}); run npm run images, which builds a substitute without a registry, name another by ${images[service].variable}, or use --runtime embedded`,
      )
    obtained.push({ service, variable: images[service].variable, reference, substitute: false })
  }
  return obtained
}
