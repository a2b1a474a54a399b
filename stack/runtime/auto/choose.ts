// Chooses the runtime: the one that was asked for, or the best that this machine has, and says why.
import { join } from 'node:path'
import { messageOf, UserError } from '../../../core/errors.ts'
import { startCompose } from '../compose/compose.ts'
import { briefly, type Engine, examineDocker, findDocker, isEngine } from '../compose/engine.ts'
import { type ImageInUse, imagesAtHand } from '../compose/images.ts'
import { findPodman } from '../compose/podman-engine.ts'
import { substituteFor } from '../compose/substitutes.ts'
import { type ComposeFile, readComposeFile } from '../compose-file.ts'
import { type Ask, askDocker } from '../docker-cli.ts'
import { startEmbedded } from '../embedded/embedded.ts'
import type { RuntimeKind, StartStack } from '../runtime.ts'
import { makeSecrets } from '../secrets.ts'

export const runtimeChoices = ['auto', 'embedded', 'docker', 'podman'] as const
export type RuntimeChoice = (typeof runtimeChoices)[number]

export interface ChosenRuntime {
  readonly kind: RuntimeKind
  /** Why this one. */
  readonly reason: string
  readonly start: StartStack
}

type Environment = Readonly<Record<string, string | undefined>>

/** Each of the images that the compose file names, by a service that runs it: a whole run needs all of them. */
const IMAGES_OF = ['clickhouse', 'otel-collector', 'toxiproxy', 'relay'] as const

/**
 * `auto` takes containers where an engine answers that has the memory for them and their images: it pulls nothing unasked.
 * @throws MachineError when the engine that was asked for cannot be used
 */
export async function chooseRuntime(
  choice: RuntimeChoice,
  stackDirectory: string,
  ask: Ask = askDocker,
  environment: Environment = process.env,
): Promise<ChosenRuntime> {
  if (choice === 'embedded') return { kind: 'embedded', reason: 'requested with --runtime', start: startEmbedded }
  if (choice === 'docker') {
    const engine = await findDocker(ask)
    return { kind: 'docker', reason: `requested with --runtime; Docker ${engine.version}`, start: startCompose(engine) }
  }
  if (choice === 'podman') {
    const engine = await findPodman()
    return { kind: 'podman', reason: `requested with --runtime; Podman ${engine.version}`, start: startCompose(engine) }
  }
  const embedded = (reason: string): ChosenRuntime => ({
    kind: 'embedded',
    reason: `auto: ${reason}`,
    start: startEmbedded,
  })
  const engine = await examineDocker(ask)
  // Nobody asked for containers: who does gets what Docker says, and the remedy.
  if (engine.kind === 'unfit') return embedded(`${engine.problem}: ${engine.remedy}`)
  if (!isEngine(engine)) return embedded(briefly(engine.problem))
  const obstacle = await obstacleTo(engine, stackDirectory, ask, environment).catch((error: unknown) => {
    // What is wrong with the stack's files is for the run to say: as a verdict, on either runtime.
    if (error instanceof UserError) return messageOf(error)
    throw error
  })
  if (obstacle !== '') return embedded(`Docker ${engine.version} answers, but ${obstacle}`)
  return {
    kind: 'docker',
    reason: `auto: Docker ${engine.version} answers and has the images`,
    start: startCompose(engine),
  }
}

/** Why this engine would not run the stack; empty when it would. */
async function obstacleTo(engine: Engine, stackDirectory: string, ask: Ask, environment: Environment): Promise<string> {
  if (engine.remote) return `on another machine (${engine.host}), which has neither the files nor the ports of this one`
  const { compose, memoryBytes } = await containerNeeds(stackDirectory, environment)
  // An engine that does not say is given the benefit of the doubt.
  if (engine.memoryBytes > 0 && engine.memoryBytes < memoryBytes)
    return `it has ${mebibytes(engine.memoryBytes)} of memory, and the limits of the stack's services sum to ${mebibytes(memoryBytes)}`
  const { missing, substitutable } = await imagesHere(compose, ask)
  return missing.length === 0
    ? ''
    : `these images are not here: ${missing.join(', ')} (docker pull them${substitutable ? ', or npm run images' : ''})`
}

export interface ContainerNeeds {
  /** With this machine's own images, where variables name some. */
  readonly compose: ComposeFile
  /** What the services of a run with faults may take together. */
  readonly memoryBytes: number
}

/** What the stack asks of an engine. @throws UserError when its compose file is wrong */
export async function containerNeeds(stackDirectory: string, environment: Environment): Promise<ContainerNeeds> {
  const images = Object.entries(environment).flatMap(([name, value]) =>
    name.endsWith('_IMAGE') && value !== undefined ? [[name, value] as const] : [],
  )
  const compose = await readComposeFile(join(stackDirectory, 'compose.yaml'), 'stack/compose.yaml', {
    ...makeSecrets(),
    ...Object.fromEntries(images),
  })
  const run = [...compose.services.values()].filter(
    ({ profiles }) => profiles.length === 0 || profiles.includes('faults'),
  )
  return { compose, memoryBytes: run.reduce((sum, { memoryLimitBytes }) => sum + (memoryLimitBytes ?? 0), 0) }
}

export interface ImagesHere {
  readonly found: readonly ImageInUse[]
  /** As the compose file names them; neither here nor replaced by a substitute. */
  readonly missing: readonly string[]
  /** Whether `npm run images` makes one of the missing: it knows the official ones only. */
  readonly substitutable: boolean
}

/** Which images the engine has already; asks no registry. */
export async function imagesHere(compose: ComposeFile, ask: Ask): Promise<ImagesHere> {
  const found: ImageInUse[] = []
  const missing: string[] = []
  for (const service of IMAGES_OF) {
    const images = await imagesAtHand(compose, [service], ask)
    if (images) found.push(...images)
    else missing.push(compose.services.get(service)?.image ?? service)
  }
  return { found, missing, substitutable: missing.some((reference) => substituteFor(reference) !== undefined) }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`
}
