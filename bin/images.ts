// npm run images: builds substitutes of the stack's images where no registry can be reached.

import { ExitCode, UsageError } from '../core/errors.ts'
import { buildImages } from '../stack/runtime/compose/build-images.ts'
import { pinArchives } from '../stack/runtime/embedded/pin-archives.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run images --',
  'Builds the images of the stack on this machine, from the components that the embedded runtime uses: for places without a registry.',
  'npm run images -- --base debian:12-slim',
)
  .option('--runtime <kind>', 'docker or podman: which engine gets them', 'docker')
  .option('--base <image>', 'an image that the engine has as the base, instead of one made with debootstrap')
  .option('--force', 'build also what is there already')
  .option('--pin', 'build nothing: fill the pins of the release archives, from the checksums that the releases publish')
  .option('--json', 'print what is there as JSON')

await runCommand(command, async () => {
  const { runtime, base, force, json, pin } = command.opts<{
    runtime: string
    base?: string
    force?: boolean
    json?: boolean
    pin?: boolean
  }>()
  const engine = (['docker', 'podman'] as const).find((one) => one === runtime)
  if (engine === undefined) throw new UsageError(`--runtime ${runtime}: must be docker or podman`)
  using status = openStatus()
  if (pin) {
    if (base !== undefined || force) throw new UsageError('--pin builds nothing: leave out --base and --force')
    const archives = await pinArchives((message) => status.update(message))
    status[Symbol.dispose]()
    if (json) console.log(JSON.stringify({ archives }, null, 2))
    else
      for (const { file, sha256, bytes } of archives) console.log(`pinned  ${file}  ${bytes} bytes, SHA-256 ${sha256}`)
    return ExitCode.pass
  }
  const images = await buildImages({
    engine,
    progress: (message) => status.update(message),
    ...(base === undefined ? {} : { base }),
    ...(force === undefined ? {} : { force }),
  })
  status[Symbol.dispose]()
  if (json) console.log(JSON.stringify({ images }, null, 2))
  else
    for (const { reference, standsFor, sizeBytes, built } of images)
      console.log(
        `${built ? 'built' : 'there'}  ${reference}  ${Math.round(sizeBytes / 1024 ** 2)} MiB, stands for ${standsFor}`,
      )
  return ExitCode.pass
})
