// The images of the stack: here already, official or substitute, or still to be had.

import type { ImagesHere } from '../runtime/auto/choose.ts'
import type { ImageInUse } from '../runtime/compose/images.ts'
import { substituteFor } from '../runtime/compose/substitutes.ts'
import type { DoctorFinding } from './finding.ts'
import { ok } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'images'

export function checkDockerImages({ platform }: System, images: ImagesHere): readonly DoctorFinding[] {
  const { found, missing, substitutable } = images
  const here = found.map((image) => `${image.reference} (${origin(image)})`)
  const pull = `\`${missing.map((reference) => `docker pull ${reference}`).join(' && ')}\``
  // Substitutes are made of this machine's own programs, which run in containers on Linux only.
  const build = substitutable && platform === 'linux' ? '; where no registry can be reached: `npm run images`' : ''
  return [
    ...(here.length === 0 ? [] : [ok(CHECK, `here: ${here.join(', ')}`)]),
    ...(missing.length === 0
      ? []
      : [
          ok(
            CHECK,
            `not here: ${missing.join(', ')}; so \`--runtime auto\` takes the embedded runtime`,
            `to use containers: ${pull}${build}`,
          ),
        ]),
  ]
}

function origin({ reference, substitute }: ImageInUse): string {
  if (substitute) return 'substitute'
  return substituteFor(reference) === undefined ? 'named by a variable' : 'official'
}
