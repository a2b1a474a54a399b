// Compiles the policy for the client's end: a document of plain data that stack/client/sanitizer runs.
import { createHash } from 'node:crypto'
import type { DocumentPrefilter, DocumentStep, PolicyDocument } from '../../../client/sanitizer/document.ts'
import { ID, IDENTIFYING } from '../../identity.ts'
import { pathFilter } from '../../paths.ts'
import { parsePattern, toRegExp } from '../../pattern.ts'
import type { Filter, Policy } from '../../policy.ts'
import { EVERYWHERE, type Prefilter, prefilterOf } from '../../prefilter.ts'
import { keyRules, textRules } from '../../rules.ts'
import { afterSteps, CLOSING_STEP, javaScriptReplacement, openingSteps, type Step } from '../../steps.ts'

/** What the client's end puts in the place of identities and of names. No rule of any policy may take it for something else. */
const OWN_LABELS = ['[REDACTED_EMAIL]', '[REDACTED_NAME]', '[REDACTED_ID]']
/** A literal of so many telling characters is rare enough: where it is found, the rule is run. */
const STRONG = 5
/** Of a rule that is looked for behind something; where that stands nowhere, it is not run. */
const STRONG_BEHIND = 3
/** Of what follows a literal, so much is looked for with it. */
const LONGEST_TAIL = 900

/** The text of stack/client/policy.json. */
export function compileForClient(policy: Policy): string {
  const document = clientDocument(policy)
  const sum = createHash('sha256').update(JSON.stringify(document)).digest('hex').slice(0, 12)
  return `${JSON.stringify({ ...document, policy: sum }, null, 1)}\n`
}

function clientDocument(policy: Policy): PolicyDocument {
  const regex = policy.filters.filter((filter) => filter.type === 'regex')
  const texts = textRules(policy)
  const afters = [...new Set(texts.flatMap(({ after }) => after ?? []))]
  const protectedTexts = OWN_LABELS.map((replacement) => ({ pattern: '', unless: [], replacement }))
  return {
    version: 1,
    policy: '',
    ...paths(policy),
    hashed: all(policy, 'pii_hash', ({ fields }) => fields),
    hashedIfAddress: all(policy, 'pii_hash', (filter) => filter.fields_if_address),
    identifying: Object.fromEntries(IDENTIFYING.map((name) => [name, `^(?:${ID})$`])),
    opening: openingSteps([...regex, ...protectedTexts]).map(compiled),
    afters: afters.map((after) => {
      const { before, behind } = afterSteps(after)
      return {
        ...found(prefilterOf(parsePattern(after), 0, true), STRONG_BEHIND),
        before: compiled(before),
        behind: compiled(behind),
      }
    }),
    rules: texts.map(({ name, after, whole, steps }) => ({
      name,
      ...(after === undefined ? {} : { after: afters.indexOf(after) }),
      ...found(prefilterOf(parsePattern(whole), LONGEST_TAIL, true), after === undefined ? STRONG : STRONG_BEHIND),
      steps: steps.map(compiled),
    })),
    keys: keyRules(policy).map(({ name, key, steps }) => {
      const { source, flags } = toRegExp(parsePattern(key), 'u')
      return { name, key: { source, flags }, steps: steps.map(compiled) }
    }),
    closing: [compiled(CLOSING_STEP)],
  }
}

function all<Type extends Filter['type']>(
  policy: Policy,
  type: Type,
  of: (filter: Extract<Filter, { type: Type }>) => readonly string[],
): string[] {
  return policy.filters.flatMap((filter) => (filter.type === type ? of(filter as Extract<Filter, { type: Type }>) : []))
}

function paths(policy: Policy): Pick<PolicyDocument, 'paths'> {
  const filter = pathFilter(policy)
  if (!filter) return {}
  const { source, flags } = toRegExp(parsePattern(filter.touches), 'u')
  return { paths: { near: [...filter.near], steps: filter.steps.map(compiled), touches: { source, flags } } }
}

function compiled({ pattern, replacement }: Step): DocumentStep {
  const { source, flags } = toRegExp(parsePattern(pattern))
  return { source, flags, replacement: javaScriptReplacement(replacement) }
}

/** A literal that stands in most texts tells something only with what must follow it. */
function found(prefilter: Prefilter | undefined, strength: number): { prefilter?: DocumentPrefilter } {
  if (!prefilter) return {}
  const strong = ({ length }: string) => length >= strength
  const literals = new Map<string, DocumentPrefilter['literals'][number]>()
  for (const { literal, pattern } of prefilter.anyOf) {
    if (strong(literal.replaceAll(EVERYWHERE, ''))) literals.set(literal, { text: literal })
    else literals.set(pattern, { text: literal, source: toRegExp(parsePattern(pattern), 'u').source })
  }
  return { prefilter: { lower: prefilter.lower, literals: [...literals.values()] } }
}
