// The salt that the running stack hashes with. With another one nobody would be found, and nobody would notice.
import { UserError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { startedWith } from '../daily/started-with.ts'
import { type DailyState, knownSalt } from '../daily/state.ts'

const NAME = 'TELEMETRY_HASH_SALT'

/** @throws UserError when it is not known here */
export async function saltOf(
  state: DailyState,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const then = state.startedWith?.variables[NAME]
  const [given, empty] = await Promise.all(
    [environment[NAME], ''].map(
      async (value) => (await startedWith(stackDirectory, { [NAME]: value })).variables[NAME],
    ),
  )
  if (then === undefined || then === empty) {
    const salt = await knownSalt({ running: true })
    if (salt === undefined)
      throw new UserError('the salt of the hashes is not known: secrets.json of the stack has none')
    return salt
  }
  if (then !== given)
    throw new UserError(`the stack was started with ${NAME} set, and it is not set to that here: set it as it was then`)
  return environment[NAME] ?? ''
}
