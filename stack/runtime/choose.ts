// Chooses the runtime: the one that was asked for, or the best that this machine has, and says why.
import { join } from 'node:path'
import { messageOf, UserError } from '../../core/errors.ts'
import { startCompose } from './compose/compose.ts'
import { findDocker } from './compose/engine.ts'
import { imagesAtHand } from './compose/images.ts'
import { readComposeFile } from './compose-file.ts'
import { startEmbedded } from './embedded/embedded.ts'
import type { RuntimeKind, StartStack } from './runtime.ts'
import { makeSecrets } from './secrets.ts'

export const runtimeChoices = ['auto', 'embedded', 'docker'] as const
export type RuntimeChoice = (typeof runtimeChoices)[number]

export interface ChosenRuntime {
  readonly kind: RuntimeKind
  /** Why this one. */
  readonly reason: string
  readonly start: StartStack
}

/**
 * `auto` takes containers where an engine answers and its images are here already: it pulls nothing unasked.
 * @throws MachineError when the engine that was asked for cannot be used
 */
export async function chooseRuntime(choice: RuntimeChoice, stackDirectory: string): Promise<ChosenRuntime> {
  if (choice === 'embedded') return { kind: 'embedded', reason: 'asked for', start: startEmbedded }
  if (choice === 'docker') {
    const engine = await findDocker()
    return { kind: 'docker', reason: `asked for; Docker ${engine.version}`, start: startCompose(engine) }
  }
  const embedded = (reason: string): ChosenRuntime => ({
    kind: 'embedded',
    reason: `auto: ${reason}`,
    start: startEmbedded,
  })
  try {
    const engine = await findDocker()
    const compose = await readComposeFile(join(stackDirectory, 'compose.yaml'), 'stack/compose.yaml', {
      ...makeSecrets(),
      ...images(process.env),
    })
    if ((await imagesAtHand(compose, ['clickhouse', 'otel-collector'])) === undefined)
      return embedded(
        `Docker ${engine.version} answers, but the images are not here (docker compose pull, or npm run images)`,
      )
    return {
      kind: 'docker',
      reason: `auto: Docker ${engine.version} answers and has the images`,
      start: startCompose(engine),
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return embedded(messageOf(error).replace(/,? or use --runtime embedded$/, ''))
  }
}

function images(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.endsWith('_IMAGE') && value !== undefined ? [[name, value]] : [],
    ),
  )
}
