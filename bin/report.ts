// npm run report: merges the reports of several machines into one.
import { join, resolve } from 'node:path'
import { type ExitCode, UsageError } from '../core/errors.ts'
import { mergeLegs } from '../reports/matrix/matrix.ts'
import { readLegs } from '../reports/matrix/read-legs.ts'
import { comparedSentence, countsOf, differenceSentence, matrixSentence } from '../reports/matrix/words.ts'
import { matrixJson, writeMatrix } from '../reports/matrix/write.ts'
import { defineCommand, exitCodeOf, runCommand } from './cli/command.ts'

const command = defineCommand(
  'npm run report --',
  'Works with the reports of runs that were made elsewhere.',
  'npm run report -- merge downloads --expect ubuntu-24.04,macos-15 --out matrix',
)
  .allowExcessArguments(true)
  .action(() => {})

let action = (): Promise<ExitCode> => {
  const [given] = command.args
  throw new UsageError(
    given === undefined ? 'name a subcommand: merge' : `there is no subcommand ${given}; there are: merge`,
  )
}

const merge = defineCommand(
  'merge',
  'Merges reports into one matrix: matrix.html, matrix.md (for the job page of a CI system) and matrix.json.',
  'npm run report -- merge downloads --expect ubuntu-24.04,macos-15 --out matrix',
)
  .argument(
    '<paths...>',
    'directories of runs, or directories that hold one such directory a platform, named as the platform',
  )
  .option(
    '--expect <names>',
    'the platforms that there must be, separated by commas; one that is missing makes it unknown',
    '',
  )
  .option('--out <directory>', 'where the matrix is written', 'matrix')
  .option('--json', 'print matrix.json on standard output')
  .action((paths: string[]) => {
    action = () => mergeReports(paths, merge.opts())
  })
command.addCommand(merge)

await runCommand(command, () => action())

interface MergeFlags {
  readonly expect: string
  readonly out: string
  readonly json?: boolean
}

async function mergeReports(paths: readonly string[], { expect, out, json }: MergeFlags): Promise<ExitCode> {
  const expected = expect
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const matrix = mergeLegs(await readLegs(paths), expected)
  const page = await writeMatrix(matrix, resolve(out))
  if (json) {
    console.log(JSON.stringify(matrixJson(matrix), null, 2))
    return exitCodeOf(matrix.verdict)
  }
  for (const { name, verdict, problem, report } of matrix.legs)
    console.log(
      `${verdict.padEnd(7)} ${name}: ${[problem, report ? countsOf(report) : ''].filter((text) => text !== '').join('; ')}`,
    )
  for (const difference of matrix.differences) console.log(`fail    ${differenceSentence(difference)}`)
  const compared = comparedSentence(matrix)
  if (compared !== '') console.log(`Compared: ${compared}`)
  console.log(`${matrix.verdict.toUpperCase()}  ${matrixSentence(matrix)}`)
  console.log(`Page: ${page}; for the job page of a CI system: ${join(resolve(out), 'matrix.md')}`)
  return exitCodeOf(matrix.verdict)
}
