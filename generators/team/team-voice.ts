// How a team's prompts, answers and files read: questions about code, pasted code, stack traces and logs, in one project's names.
import type { Faker } from '@faker-js/faker'
import { stream } from '../streams.ts'
import type { TextKind, Voice } from '../text-maker.ts'
import { codeOf, type Language } from './code.ts'
import { draw } from './distribution.ts'
import type { Preset } from './preset.ts'
import { type Words, wordsOf } from './words.ts'

const FILES = 80
const CODE: readonly Language[] = ['typescript', 'typescript', 'python', 'go']

type Saying = (words: Words, file: () => string) => string

const sayings: readonly Saying[] = [
  (w, file) => `fix the failing test in ${file()}, it says ${w.noun()} is ${w.adjective()}`,
  (w, file) => `why does ${w.identifier()} in ${file()} return ${w.faker.number.int(500)} and not the ${w.noun()}?`,
  (w) => `rename ${w.identifier()} to ${w.identifier()} everywhere and ${w.verb()} the ${w.noun()}`,
  (w, file) => `add a ${w.adjective()} ${w.noun()} to ${file()} that can ${w.verb()} a ${w.noun()}`,
  (w) => `explain how the ${w.noun()} talks to the ${w.abbreviation()} ${w.noun()}`,
  (w) => `the ${w.adjective()} ${w.noun()} should ${w.verb()} before the ${w.noun()}`,
  () => 'go on',
  (w, file) => `write tests for ${w.identifier()} in ${file()}`,
  (w) => `I changed the ${w.noun()} so that it does not ${w.verb()} twice; the ${w.noun()} is ${w.adjective()} now`,
  (w) => `no, keep the ${w.noun()} and ${w.verb()} only what is ${w.adjective()}`,
]

const answers: readonly Saying[] = [
  (w, file) => `The ${w.noun()} in ${file()} was ${w.adjective()}; it is ${w.adjective()} now`,
  (w) => `I renamed ${w.identifier()} to ${w.identifier()}, and ${w.faker.number.int(40)} tests pass`,
  (w, file) => `${w.type()} reads the ${w.noun()} before ${file()} has a ${w.noun()}: that is why it fails`,
  (w) =>
    `There are ${w.faker.number.int({ min: 2, max: 9 })} ways to ${w.verb()} it; the ${w.adjective()} one needs no ${w.noun()}`,
  (w, file) => `Done. See ${file()}, where ${w.identifier()} takes a ${w.noun()}`,
  (w) =>
    `The ${w.abbreviation()} ${w.noun()} answers in ${w.faker.number.int(900)} ms, and does not ${w.verb()} any more`,
  (w) => `No: without the ${w.noun()} the ${w.noun()} cannot ${w.verb()}`,
]

/** Most people ask without one. */
const OPENINGS = ['', '', '', '', 'please', 'can you', 'now', 'ok,', 'hm,']

const commands: readonly Saying[] = [
  (_, file) => `npx vitest run ${file()}`,
  (w) => `rg -n "${w.identifier()}" src | head -${w.faker.number.int({ min: 5, max: 60 })}`,
  (w) => `git diff --stat HEAD~${w.faker.number.int({ min: 1, max: 9 })}`,
  (w) => `npm run build -- --filter ${w.noun()} 2>&1 | tail -${w.faker.number.int({ min: 5, max: 80 })}`,
  (w, file) => `sed -n '${w.faker.number.int(200)},${w.faker.number.int({ min: 201, max: 400 })}p' ${file()}`,
  (w) => `go test ./${w.noun()}/... -run Test${w.type()}`,
  (w) => `python -m pytest tests/test_${w.noun()}.py -k ${w.verb()}`,
  (w) => `git checkout -b ${w.verb()}-${w.noun()}`,
  (_, file) => `cat ${file()} | wc -l`,
]

/** The files of a seed's project; some are touched again and again. */
export function projectFiles(seed: number): readonly string[] {
  const words = wordsOf(stream(seed, 'project'))
  return Array.from(
    { length: FILES },
    () =>
      `${words.one(['src', 'lib', 'test', 'cmd', 'docs'])}/${words.noun()}/${words.noun()}.${words.one(['ts', 'ts', 'py', 'go', 'md'])}`,
  )
}

export function teamVoice(faker: Faker, { texts }: Preset, files: readonly string[]): Voice {
  const words = wordsOf(faker)
  const file = () => files[Math.floor(files.length * faker.number.float() ** 2)] ?? 'src/index.ts'
  const saying = (of: TextKind) => words.one(of === 'prompt' ? sayings : answers)(words, file)
  const block = () => {
    const lines = faker.number.int({ min: 3, max: 40 })
    return faker.datatype.boolean(0.5)
      ? `\`\`\`\n${codeOf(words, words.one(CODE), lines)}\`\`\``
      : codeOf(words, words.one(['trace', 'log'] as const), lines)
  }
  return {
    sentence: (_, of) => saying(of),
    opening: () => words.one(OPENINGS),
    file,
    note: () => `${words.verb()} the ${words.noun()} of ${file()}`,
    command: () => words.one(commands)(words, file),
    word: () => words.identifier(),
    more: (of, before) => {
      const length = draw(faker, of === 'prompt' ? texts.prompt_characters : texts.response_characters)
      const parts: string[] = []
      for (let written = before; written < length; written += parts.at(-1)?.length ?? length)
        parts.push(length - written > 400 && faker.datatype.boolean(0.4) ? block() : `${saying(of)}.`)
      return parts.join('\n')
    },
    code: (lines) => codeOf(words, words.one(CODE), lines),
  }
}
