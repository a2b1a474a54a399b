// Which images the stack runs: the official ones, or local substitutes where those cannot be had; the report tells which.
import { z } from 'zod'
import { MachineError } from '../../../core/errors.ts'
import type { ComposeFile } from '../compose-file.ts'
import { type Ask, askDocker, type EngineKind } from '../docker-cli.ts'
import type { Progress } from '../runtime.ts'
import { SUBSTITUTE_LABEL, splitReference, substituteFor, substituteReference } from './substitutes.ts'

export interface ImageInUse {
  readonly service: string
  /** Variable of stack/compose.yaml that names it; undefined when the file fixes the image. */
  readonly variable: string | undefined
  readonly reference: string
  /** The version that stack/compose.yaml asks for. */
  readonly version: string
  readonly substitute: boolean
}

const inspectedSchema = z.array(
  z.looseObject({
    RepoTags: z.array(z.string()).nullish(),
    Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
)

/** Whether the engine has the image, under which name, and whether it is a substitute. */
export async function inspectImage(
  ask: Ask,
  reference: string,
): Promise<{ readonly reference: string; readonly substitute: boolean } | undefined> {
  const { stdout, failure } = await ask('image', 'inspect', reference)
  if (failure !== '') return undefined
  const [image] = inspectedSchema.safeParse(JSON.parse(stdout)).data ?? []
  // Podman knows what was built here as localhost/…, and Compose must name it so: else Podman looks for it in a registry.
  const whole = (image?.RepoTags ?? []).find((tag) => tag.endsWith(`/${reference}`))
  return { reference: whole ?? reference, substitute: image?.Config?.Labels?.[SUBSTITUTE_LABEL] === 'true' }
}

/** The images that are here already, without asking a registry; undefined when one of them is missing. */
export async function imagesAtHand(
  compose: ComposeFile,
  services: readonly string[],
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

async function atHand(compose: ComposeFile, service: string, ask: Ask): Promise<ImageInUse | undefined> {
  const wanted = wantedImage(compose, service)
  const inspected = await inspectImage(ask, wanted.reference)
  if (inspected) return { ...wanted, ...inspected }
  const substitute = substituteFor(wanted.reference)
  // Without a variable there is no way to put another image in its place.
  if (substitute === undefined || wanted.variable === undefined) return undefined
  const reference = await substituteReference(substitute, wanted.version)
  const built = await inspectImage(ask, reference)
  return built && { ...wanted, ...built, substitute: true }
}

function wantedImage(compose: ComposeFile, service: string) {
  const { image: reference = '', imageVariable: variable } = compose.services.get(service) ?? {}
  return { service, variable, reference, version: splitReference(reference)[1], substitute: false }
}

/** The images of these services; what is not here is pulled. @throws MachineError when one cannot be had */
export async function obtainImages(
  compose: ComposeFile,
  services: readonly string[],
  progress: Progress,
  ask: Ask = askDocker,
  kind: EngineKind = 'docker',
): Promise<ImageInUse[]> {
  const obtained: ImageInUse[] = []
  for (const service of services) {
    const found =
      (await atHand(compose, service, ask)) ?? (await pull(wantedImage(compose, service), progress, ask, kind))
    obtained.push(found)
  }
  return obtained
}

async function pull(wanted: ImageInUse, progress: Progress, ask: Ask, kind: EngineKind): Promise<ImageInUse> {
  const { service, variable, reference } = wanted
  progress(`pulling ${reference}`)
  const { failure, message } = await ask('pull', '--quiet', reference)
  if (failure === '') return wanted
  const why = failure === 'timeout' ? 'no answer' : message.split('\n')[0]
  const build = kind === 'docker' ? 'npm run images' : `npm run images -- --runtime ${kind}`
  const ways = [
    ...(substituteFor(reference) ? [`run ${build}, which builds a substitute without a registry`] : []),
    ...(variable === undefined ? [] : [`name another by ${variable}`]),
    'or use --runtime embedded',
  ]
  throw new MachineError(
    `the image ${reference} of ${service} is not here and cannot be pulled (${why}); ${ways.join(', ')}`,
  )
}
