// npm run policy: checks and compiles the privacy policy, and explains what it makes of a text.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Argument, type Command } from 'commander'
import { ExitCode, UserError } from '../core/errors.ts'
import { stackDirectory } from '../core/paths.ts'
import { explainText } from '../stack/policy/explain.ts'
import { applyPolicy, staleFiles } from '../stack/policy/layers/apply.ts'
import { readPolicy } from '../stack/policy/policy.ts'
import { defineCommand, runCommand } from './cli/command.ts'

const SHOWN = 'stack/policy/sanitization.yaml'

const command: Command = defineCommand(
  'npm run policy --',
  'Checks the privacy policy, compiles it for every layer, or explains what it makes of a text.',
  'npm run policy -- explain "export GITHUB_TOKEN=abc12345"',
)
  .addArgument(new Argument('<what>', 'what to do').choices(['check', 'compile', 'explain']))
  .argument('[text]', 'explain: the text; without it, standard input is read')
  .option('--key <name>', 'explain: the name of the attribute that holds the text')
  .option('--json', 'as JSON')

await runCommand(command, async () => {
  const [what, text] = command.args
  const { key = '', json = false } = command.opts<{ key?: string; json?: boolean }>()
  const say = (lines: readonly string[], value: object) =>
    console.log(json ? JSON.stringify(value, null, 2) : lines.join('\n'))
  if (what !== 'explain' && text !== undefined) throw new UserError(`${what} takes no text`, ExitCode.usage)
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), SHOWN)
  if (what === 'check') {
    const stale = await staleFiles(stackDirectory, policy)
    const rules = policy.filters.filter(({ type }) => type === 'regex').length
    const state =
      stale.length === 0
        ? 'what is compiled from it is up to date'
        : `not compiled yet: ${stale.join(', ')} (npm run policy -- compile)`
    say([`${SHOWN}: ${rules} rules; ${state}`], { rules, stale })
    return stale.length === 0 ? ExitCode.pass : ExitCode.fail
  }
  if (what === 'compile') {
    const changed = await applyPolicy(stackDirectory)
    const next = 'a stack that runs takes it with `npm run stack -- up`'
    say([changed ? `compiled; ${next}` : 'nothing has changed'], { changed })
    return ExitCode.pass
  }
  const given = text ?? (await readFile('/dev/stdin', 'utf8'))
  const explained = explainText(policy, given, key)
  const { steps, result, excluded } = explained
  say(
    [
      ...steps.map(({ rule, before, after }) => `${rule}:\n  - ${before}\n  + ${after}`),
      ...(excluded ? ['an event with this text is left out: it touches a directory that the policy excludes'] : []),
      steps.length === 0 ? 'no rule changes it' : `stored: ${result}`,
    ],
    explained,
  )
  return ExitCode.pass
})
