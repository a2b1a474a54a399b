// npm run policy -- preview: reads a transcript of the client and prints what would be stored of it.
import { readFile } from 'node:fs/promises'
import { ExitCode, UsageError } from '../../core/errors.ts'
import { standardPolicyFile } from '../../stack/client/sanitizer/document.ts'
import { compileForClient } from '../../stack/policy/layers/client/compile.ts'
import type { Policy } from '../../stack/policy/policy.ts'
import { type Previewed, preview } from '../../stack/preview/preview.ts'
import { recordLines, tallyLines } from '../../stack/preview/render.ts'
import { checkFile, findTranscript } from '../../stack/preview/transcript-files.ts'

export interface PreviewFlags {
  readonly session?: string
  readonly allSwitches?: boolean
  readonly limit?: string
  readonly json?: boolean
}

/** @param given the transcript; the client's newest when absent */
export async function printPreview(policy: Policy, given: string | undefined, flags: PreviewFlags): Promise<ExitCode> {
  const { session, allSwitches: switchesOn = false, limit = '', json = false } = flags
  if (!/^\d{1,6}$/.test(limit)) throw new UsageError(`--limit ${limit}: must be a whole number up to 999999`)
  const file = given ?? (await findTranscript(process.env, session))
  await checkFile(file)
  const namesFile = process.env.TELEMETRY_NAMES_FILE || undefined
  if ((await readFile(standardPolicyFile, 'utf8').catch(() => '')) !== compileForClient(policy))
    console.error(
      'the policy has changed since it was compiled, and what is shown is by the one before (npm run policy -- compile)',
    )
  const kept: Previewed[] = []
  let passed = 0
  // Not before the file has been found to be a transcript.
  const head = () =>
    json || console.log(`${file}\nNothing is sent and nothing is written. Times and ids are the transcript's.\n`)
  const shown = (record: Previewed) => {
    if (passed === 0) head()
    passed += 1
    if (passed > Number(limit)) return
    if (json) kept.push(record)
    else console.log(`${recordLines(record).join('\n')}\n`)
  }
  const tally = await preview({ file, session: given && session, switchesOn, policy, namesFile, shown })
  if (json) {
    console.log(JSON.stringify({ file, switchesOn, records: kept, summary: tally }, null, 2))
    return ExitCode.pass
  }
  if (passed === 0) head()
  const more = passed - Number(limit)
  if (more > 0) console.log(`… and ${more} more (--limit ${passed} shows all)\n`)
  console.log(tallyLines(tally, switchesOn).join('\n'))
  return ExitCode.pass
}
