// Measures a sanitizer against samples of others, canaries and negatives: node harness/privacy/measure-main.ts [--policy FILE | --module FILE].
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { property } from '../../core/property.ts'
import { runToEnd } from '../../core/run-to-end.ts'
import { readPolicy } from '../../stack/policy/policy.ts'
import { readFlags } from './flags.ts'
import { seatJudges } from './judges/judges.ts'
import { type Material, materialOf } from './material.ts'
import { measured, tableOf } from './measure.ts'
import { policySanitizer, type Sanitizer } from './sanitizer.ts'
import { type Opinion, opinionText, secondOpinions } from './second-opinion.ts'

const { values } = readFlags({
  options: {
    /** A policy whose patterns are the sanitizer; the stack's own when absent. */
    policy: { type: 'string' },
    /** A module that exports `sanitize(text, key): text`, instead; the key is that of the attribute, where it tells something. */
    module: { type: 'string' },
    seed: { type: 'string', default: '1' },
    canaries: { type: 'string', default: '8000' },
    negatives: { type: 'string', default: '4000' },
    lines: { type: 'string', default: '3000' },
    /** A directory to write the samples, canaries and negatives to, as JSON lines. */
    write: { type: 'string' },
    /** Shows one leak of every kind. */
    leaks: { type: 'boolean', default: false },
    /** Lets the judges look at what is left of the samples and canaries. */
    judges: { type: 'boolean', default: false },
    /** The result as JSON. */
    json: { type: 'boolean', default: false },
  },
})

await runToEnd(async () => {
  const counts = { canaries: numberOf('canaries'), negatives: numberOf('negatives'), lines: numberOf('lines') }
  const material = await materialOf(numberOf('seed'), counts, (message) => console.error(message))
  if (values.write !== undefined) {
    await mkdir(values.write, { recursive: true })
    for (const [name, rows] of Object.entries<readonly unknown[]>({ ...material }))
      await writeFile(join(values.write, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
  const sanitize = await sanitizerOf()
  const result = measured(material, sanitize)
  const opinions = values.judges ? await judged(material, sanitize) : []
  if (values.json) console.log(JSON.stringify({ ...result, opinions }, null, 2))
  else
    console.log([tableOf(result, values.leaks), ...opinions.map((each) => opinionText(each, values.leaks))].join('\n'))
  return 0
})

async function judged(material: Material, sanitize: Sanitizer): Promise<Opinion[]> {
  const bench = await seatJudges((message) => console.error(message))
  for (const { name, reason } of bench.missing) console.error(`${name} is skipped: ${reason}`)
  // Those of one syntax differ in characters only: one of them is enough.
  const samples = [...Map.groupBy(material.samples, ({ rule, syntax }) => `${rule}\0${syntax}`).values()].flatMap(
    ([one]) => (one === undefined ? [] : [{ text: one.sample }]),
  )
  return secondOpinions(bench, [...samples, ...material.canaries], sanitize)
}

function numberOf(name: 'seed' | 'canaries' | 'negatives' | 'lines'): number {
  if (!/^\d{1,9}$/.test(values[name])) throw new UsageError(`--${name} ${values[name]}: must be a whole number`)
  return Number(values[name])
}

async function sanitizerOf(): Promise<Sanitizer> {
  if (values.module === undefined) {
    const file = resolve(values.policy ?? join(stackDirectory, 'policy/sanitization.yaml'))
    return policySanitizer(await readPolicy(file, values.policy ?? 'stack/policy/sanitization.yaml'))
  }
  const loaded: unknown = await import(pathToFileURL(resolve(values.module)).href)
  const sanitize = property(loaded, 'sanitize')
  if (typeof sanitize !== 'function') throw new UsageError(`--module ${values.module}: exports no function sanitize`)
  return (text, key) => String(sanitize(text, key))
}
