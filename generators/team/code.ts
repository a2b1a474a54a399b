// Source code, stack traces and logs made from templates: no sense in them, but the shape of the real thing.
import type { Words } from './words.ts'

type Line = (words: Words) => string

const typescript: readonly Line[] = [
  (w) => `  const ${w.identifier()} = await this.${w.noun()}.${w.identifier()}(${w.identifier()})`,
  (w) => `  if (${w.identifier()} === undefined) throw new ${w.type()}Error('${w.noun()} is ${w.adjective()}')`,
  (w) => `  for (const ${w.noun()} of ${w.identifier()}) ${w.identifier()}.push(${w.noun()}.${w.identifier()})`,
  (w) => `  return { ${w.identifier()}, ${w.identifier()}: ${w.faker.number.int(4096)} }`,
  (w) => `  // ${w.verb()} the ${w.adjective()} ${w.noun()} first`,
  (w) => `  expect(${w.identifier()}(${w.faker.number.int(99)})).toBe('${w.noun()}')`,
  () => '}',
  () => '',
  (w) => `export function ${w.identifier()}(${w.identifier()}: ${w.type()}): Promise<${w.type()}> {`,
  (w) => `import { ${w.type()} } from './${w.noun()}/${w.noun()}.ts'`,
]
const python: readonly Line[] = [
  (w) => `def ${w.verb()}_${w.noun()}(self, ${w.noun()}: str) -> dict:`,
  (w) => `    ${w.noun()} = self.${w.noun()}.get("${w.noun()}", ${w.faker.number.int(999)})`,
  (w) => `    if not ${w.noun()}:`,
  (w) => `        raise ValueError(f"{${w.noun()}} is ${w.adjective()}")`,
  (w) => `    return [${w.noun()} for ${w.noun()} in ${w.noun()}s if ${w.noun()}.${w.adjective()}]`,
  (w) => `    # ${w.verb()} the ${w.noun()}`,
  () => '',
  (w) => `from ${w.noun()}.${w.noun()} import ${w.type()}`,
]
const go: readonly Line[] = [
  (w) => `func (s *${w.type()}) ${w.type()}(ctx context.Context, ${w.noun()} string) error {`,
  (w) => `\t${w.noun()}, err := s.${w.noun()}.${w.type()}(ctx, ${w.faker.number.int(64)})`,
  () => '\tif err != nil {',
  (w) => `\t\treturn fmt.Errorf("${w.verb()} ${w.noun()}: %w", err)`,
  () => '\t}',
  () => '\treturn nil',
  () => '}',
  () => '',
  (w) => `// ${w.type()} is the ${w.adjective()} ${w.noun()} of a ${w.noun()}.`,
]
const trace: readonly Line[] = [
  (w) =>
    `    at ${w.type()}.${w.identifier()} (src/${w.noun()}/${w.noun()}.ts:${w.faker.number.int(600)}:${w.faker.number.int(80)})`,
]
const log: readonly Line[] = [
  (w) =>
    `[${w.one(['info', 'info', 'warn', 'debug', 'error'])}] ${w.noun()}: ${w.verb()} ${w.noun()} in ${w.faker.number.int(5000)} ms (${w.abbreviation()})`,
]
const languages = { typescript, python, go, trace, log } as const
export type Language = keyof typeof languages

export function codeOf(words: Words, language: Language, lines: number): string {
  const templates = languages[language]
  let text = ''
  for (let line = 0; line < lines; line += 1) text += `${words.one(templates)(words)}\n`
  return text
}
