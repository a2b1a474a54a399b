// The images of the stack: here already, official or substitute, or still to be had.
import type { ImagesHere } from '../../stack/runtime/choose.ts'
import type { DoctorFinding } from '../run-result.ts'
import { ok } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'images'

export function checkDockerImages({ platform }: System, { found, missing }: ImagesHere): readonly DoctorFinding[] {
  const here = found.map(({ reference, substitute }) => `${reference} (${substitute ? 'substitute' : 'official'})`)
  const pull = `\`${missing.map((reference) => `docker pull ${reference}`).join(' && ')}\``
  // Substitutes are made of this machine's own programs, which run in containers on Linux only.
  const build = platform === 'linux' ? '; where no registry can be reached: `npm run images`' : ''
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
