// npm run doctor: what this machine has and lacks, and whether the client has sent anything.

import { ExitCode } from '../core/errors.ts'
import { stackDirectory } from '../core/paths.ts'
import { diagnose } from '../stack/doctor/diagnose.ts'
import { renderDoctor } from '../stack/doctor/render.ts'
import { defineCommand, runCommand } from './cli/command.ts'

const command = defineCommand(
  'npm run doctor --',
  'Checks this machine and the running stack; exits 1 if something is bad.',
  'npm run doctor',
).option('--json', 'findings as JSON')

await runCommand(command, async () => {
  const { platform, findings } = await diagnose(stackDirectory)
  if (command.opts<{ json?: boolean }>().json) console.log(JSON.stringify({ platform, findings }, null, 2))
  else process.stdout.write(renderDoctor(findings))
  return findings.some(({ verdict }) => verdict === 'bad') ? ExitCode.fail : ExitCode.pass
})
