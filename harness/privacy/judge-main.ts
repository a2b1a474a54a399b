// Lets the judges look for secrets: node harness/privacy/judge-main.ts DIRECTORY, or - for texts on standard input, one JSON string a line.
import { createInterface } from 'node:readline'
import { ExitCode, UsageError } from '../../core/errors.ts'
import { runToEnd } from '../../core/run-to-end.ts'
import { readFlags } from './flags.ts'
import { scanTexts, seatJudges } from './judges/judges.ts'

const { positionals } = readFlags({ allowPositionals: true })

await runToEnd(async () => {
  const [where] = positionals
  if (where === undefined || positionals.length > 1) throw new UsageError('give one directory, or - for standard input')
  const { judges, missing } = await seatJudges((message) => console.error(message))
  for (const { name, reason } of missing) console.error(`${name} is skipped: ${reason}`)
  if (judges.length === 0) return ExitCode.unknown
  const texts = where === '-' ? await textsOfInput() : undefined
  let found = 0
  for (const judge of judges) {
    const findings = texts === undefined ? await judge.scan(where) : await scanTexts(judge, texts)
    for (const finding of findings) console.log(JSON.stringify(finding))
    found += findings.length
  }
  return found === 0 ? ExitCode.pass : ExitCode.fail
})

async function textsOfInput(): Promise<string[]> {
  const texts: string[] = []
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === '') continue
    const text = textOf(line)
    if (text === undefined) throw new UsageError(`line ${texts.length + 1} of standard input is no JSON string`)
    texts.push(text)
  }
  return texts
}

function textOf(line: string): string | undefined {
  try {
    const text: unknown = JSON.parse(line)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
