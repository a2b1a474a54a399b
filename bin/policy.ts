// npm run policy: checks and compiles the privacy policy, explains what it makes of a text, and shows what it would leave of a session.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Argument, type Command } from 'commander'
import { ExitCode, UsageError } from '../core/errors.ts'
import { stackDirectory } from '../core/paths.ts'
import { explainText } from '../stack/policy/explain.ts'
import { applyPolicy, staleFiles } from '../stack/policy/layers/apply.ts'
import { readPolicy } from '../stack/policy/policy.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { type PreviewFlags, printPreview } from './cli/preview.ts'

const SHOWN = 'stack/policy/sanitization.yaml'

const command: Command = defineCommand(
  'npm run policy --',
  'Checks the privacy policy, compiles it for every layer, explains what it makes of a text, or shows what would be stored of a session.',
  'npm run policy -- explain "export GITHUB_TOKEN=abc12345"',
)
  .addArgument(new Argument('<what>', 'what to do').choices(['check', 'compile', 'explain', 'preview']))
  .argument(
    '[input]',
    'explain: the text; without it, standard input is read. preview: a transcript; without it, the newest',
  )
  .option('--key <name>', 'explain: the name of the attribute that holds the text')
  .option('--session <id>', 'preview: the session; without it, the newest')
  .option('--all-switches', 'preview: as if all switches of the client were on')
  .option('--limit <number>', 'preview: records that are shown; the summary counts all', '50')
  .option('--json', 'as JSON')

await runCommand(command, async () => {
  const [what, input] = command.args
  const { key = '', json = false, ...flags } = command.opts<{ key?: string } & PreviewFlags>()
  const say = (lines: readonly string[], value: object) =>
    console.log(json ? JSON.stringify(value, null, 2) : lines.join('\n'))
  if (what !== 'explain' && what !== 'preview' && input !== undefined)
    throw new UsageError(`${what} takes neither a text nor a file`)
  for (const name of ['session', 'allSwitches', 'limit'] as const)
    if (what !== 'preview' && command.getOptionValueSource(name) === 'cli')
      throw new UsageError(`--${name.replace('S', '-s')} is for preview`)
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
  if (what === 'preview') return printPreview(policy, input, { ...flags, json })
  const given = input ?? (await readFile('/dev/stdin', 'utf8'))
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
