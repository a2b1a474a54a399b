// Whether this machine can run the stack in containers now; tests that need that skip themselves with the reason.
import { join } from 'node:path'
import { projectRoot } from '../../core/paths.ts'
import { type Engine, findDocker, isEngine } from '../../stack/runtime/compose/engine.ts'
import { type ImageInUse, imagesAtHand } from '../../stack/runtime/compose/images.ts'
import { examinePodman } from '../../stack/runtime/compose/podman-engine.ts'
import { readComposeFile } from '../../stack/runtime/compose-file.ts'
import { askPodman } from '../../stack/runtime/docker-cli.ts'
import { makeSecrets } from '../../stack/runtime/secrets.ts'

export interface EngineAtHand {
  readonly images: readonly ImageInUse[]
  /** Why there is none; empty when there is. */
  readonly missing: string
}

/** Pulls and builds nothing. */
export async function engineAtHand(): Promise<EngineAtHand> {
  try {
    await findDocker()
  } catch (error) {
    return { images: [], missing: error instanceof Error ? error.message : String(error) }
  }
  const compose = await readComposeFile(join(projectRoot, 'stack/compose.yaml'), 'stack/compose.yaml', makeSecrets())
  const images = await imagesAtHand(compose, ['clickhouse', 'otel-collector', 'toxiproxy', 'relay'])
  return images ? { images, missing: '' } : { images: [], missing: 'the images are not here: npm run images' }
}

export interface PodmanAtHand {
  readonly engine: Engine | undefined
  /** ClickHouse's, as Podman names it. */
  readonly image: string
  /** Why there is none; empty when there is. */
  readonly missing: string
}

/** Starts, pulls and builds nothing. */
export async function podmanAtHand(): Promise<PodmanAtHand> {
  const found = await examinePodman()
  if (!isEngine(found)) return { engine: undefined, image: '', missing: found.problem }
  const compose = await readComposeFile(join(projectRoot, 'stack/compose.yaml'), 'stack/compose.yaml', makeSecrets())
  const [clickhouse] = (await imagesAtHand(compose, ['clickhouse'], askPodman)) ?? []
  if (!clickhouse?.substitute)
    return { engine: found, image: '', missing: 'the images are not here: npm run images -- --runtime podman' }
  return { engine: found, image: clickhouse.reference, missing: '' }
}
