// Whether this machine can run the stack in containers now; tests that need that skip themselves with the reason.
import { join } from 'node:path'
import { projectRoot } from '../../core/paths.ts'
import { findDocker } from '../../stack/runtime/compose/engine.ts'
import { type ImageInUse, imagesAtHand } from '../../stack/runtime/compose/images.ts'
import { readComposeFile } from '../../stack/runtime/compose-file.ts'
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
