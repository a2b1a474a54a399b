// Compiles the policy into the functions of the database's last line.

import { ID, IDENTIFYING } from '../../identity.ts'
import { ownRules } from '../../own-rules.ts'
import { pathFilter } from '../../paths.ts'
import { parsePattern } from '../../pattern.ts'
import { PLAIN_VALUE } from '../../plain.ts'
import type { Policy } from '../../policy.ts'
import { type Prefilter, prefilterOf } from '../../prefilter.ts'
import { keyRules, type ReadyRule, textRules } from '../../rules.ts'
import { afterSteps, CLOSING_STEP, openingSteps, type Step } from '../../steps.ts'

const header = `-- Compiled from stack/policy/sanitization.yaml; do not edit. The last line behind the collector's policy: the same substitutions in the same
-- order, so that nothing changes which the collector has masked already.
`
const LABEL = /email/
/** Of what follows a literal, so much is looked for with it: in a text, and again before a stage. */
const LONGEST_TAIL = 200
const STAGE_TAIL = 200
/** Names and words as most texts are, in which no rule of ours finds anything. */
export const WORDS = '^[a-z]{1,9}(?:[_.][a-z]{1,9}){0,4}$'
/** Rules without an `after` that are one stage. */
const RULES_A_STAGE = 4
/** Vectorscan takes a class of letters beyond ASCII for very many. */
const LONGEST_TAIL_BEYOND_ASCII = 60

/** The text of stack/clickhouse/schema/002-policy.sql. */
export function compileDatabase(policy: Policy): string {
  const rules = textRules(policy)
  return [
    header,
    "-- Whether a text may hold anything that a mask would change: what each rule's matches contain.",
    define(
      'telemetry_may_match',
      '(text)',
      `${ownRules(policy).length === 0 ? `NOT ${passedOver('text')} AND ` : ''}(${mayMatch('text', rules, LONGEST_TAIL)})`,
    ),
    '-- Every rule, one after another, in stages: the patterns of a stage are compiled, which takes longer than all else of a small insert, where',
    "-- a text of the insert may match one of the stage's rules. Of all texts of a record at once: a lambda within a lambda is analysed twice.",
    define('telemetry_mask', '(texts)', stages(policy, rules)),
    '-- The name of an attribute tells that its value is a secret; and the value, whatever it is.',
    define('telemetry_told', '(name)', told(policy)),
    define('telemetry_told_value', '(value)', toldValue(policy)),
    '-- Fields that identify: a pattern never rewrites them, or different people and events would become one.',
    define('telemetry_identifies', '(name)', `name IN (${identifying(policy).map(sql).join(', ')})`),
    '-- An identity that should have been hashed and was not is replaced: the salt is not known here.',
    define('telemetry_identity', '(name, value)', identity(policy)),
    '-- Events that touch a directory that the policy names are not stored at all.',
    define('telemetry_excluded', '(text)', excluded(policy)),
    '',
  ].join('\n')
}

const define = (name: string, parameters: string, body: string) =>
  `CREATE OR REPLACE FUNCTION ${name} AS ${parameters} ->\n    ${body};\n`

/** A string literal of ClickHouse. */
export function sql(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
}

interface Stage {
  readonly rules: readonly ReadyRule[]
  readonly steps: readonly Step[]
}

/** Rules that share an `after` are one stage: their substitutions stand between its own. */
function stagesOf(rules: readonly ReadyRule[]): Stage[] {
  const groups: ReadyRule[][] = []
  for (const rule of rules) {
    const last = groups.at(-1)
    const isShared = rule.after !== undefined && rule.after === last?.[0]?.after
    if (last && (isShared || (rule.after === undefined && last[0]?.after === undefined && last.length < RULES_A_STAGE)))
      last.push(rule)
    else groups.push([rule])
  }
  return groups.map((group) => {
    const own = group.flatMap(({ steps }) => [...steps])
    const after = group[0]?.after
    if (after === undefined) return { rules: group, steps: own }
    const { before, behind } = afterSteps(after)
    return { rules: group, steps: [before, ...own, behind] }
  })
}

function stages(policy: Policy, rules: readonly ReadyRule[]): string {
  const opening = openingSteps(policy.filters.filter((filter) => filter.type === 'regex'))
  const each = (expression: string, texts: string) => `arrayMap(text -> ${expression}, ${texts})`
  const staged = stagesOf(rules).reduce(
    (inner, { rules: own, steps }) =>
      each(`if(${mayMatch('text', own, STAGE_TAIL)}, ${chain('text', steps)}, text)`, inner),
    each(chain('text', opening), 'texts'),
  )
  return each(chain('text', [CLOSING_STEP]), staged)
}

/** Whether no rule of ours changes it. Vectorscan keeps what it has compiled; `match` compiles its pattern for each insert. */
export function passedOver(text: string): string {
  const wholes = [WORDS, PLAIN_VALUE].map((pattern) => sql(pattern.replace(/\$$/, '\\z')))
  return `multiMatchAny(${text}, [${wholes.join(', ')}])`
}

function chain(text: string, steps: readonly Step[]): string {
  return steps.reduce((inner, { pattern, replacement }) => {
    const backReferences = replacement
      .replaceAll('\\', '\\\\')
      .replaceAll(/\$\{(\d)\}/g, (_, digit: string) => `\\${digit}`)
    return `replaceRegexpAll(${inner},\n        ${sql(pattern)}, ${sql(backReferences)})`
  }, text)
}

/** @param tail of what follows a literal, so much is looked for with it */
function mayMatch(name: string, rules: readonly ReadyRule[], tail: number): string {
  const filters = rules.map(({ whole }) =>
    prefilterOf(
      parsePattern(whole),
      /[^ -~]/.test(whole.replaceAll('ñ', '')) ? Math.min(LONGEST_TAIL_BEYOND_ASCII, tail) : tail,
    ),
  )
  if (filters.some((each) => each === undefined)) return '1 = 1'
  const patterns = (lower: boolean) => [
    ...new Set(
      filters
        .filter((each): each is Prefilter => each?.lower === lower)
        .flatMap(({ anyOf }) => anyOf.map(({ pattern }) => pattern)),
    ),
  ]
  const any = (text: string, all: readonly string[]) =>
    all.length === 0 ? [] : [`multiMatchAny(${text}, [${all.map(sql).join(', ')}])`]
  const either = [...any(name, patterns(false)), ...any(`lowerUTF8(${name})`, patterns(true))]
  return either.length === 0 ? '1 = 0' : either.join('\n    OR ')
}

function told(policy: Policy): string {
  const keys = keyRules(policy).map(({ key }) => `match(name, ${sql(key)})`)
  return keys.length === 0 ? '1 = 0' : keys.join(' OR ')
}

function toldValue(policy: Policy): string {
  const opening = openingSteps(policy.filters.filter((filter) => filter.type === 'regex'))
  return chain('value', [...opening, ...keyRules(policy).flatMap(({ steps }) => steps), CLOSING_STEP])
}

function identifying(policy: Policy): string[] {
  const hashed = policy.filters.flatMap((filter) =>
    filter.type === 'pii_hash' ? [...filter.fields, ...filter.fields_if_address] : [],
  )
  return [...new Set([...hashed, ...IDENTIFYING])]
}

function identity(policy: Policy): string {
  const hashes = policy.filters.flatMap((filter) => (filter.type === 'pii_hash' ? [filter] : []))
  const always = hashes.flatMap(({ fields }) => fields)
  const label = (field: string) => (LABEL.test(field) ? '[REDACTED_EMAIL]' : '[REDACTED_NAME]')
  return [
    `multiIf(match(value, '^(?:sha256:[0-9a-f]{64}|\\\\[REDACTED_[A-Z_]{2,20}\\\\])$'), value`,
    ...always.map((field) => `name = ${sql(field)}, ${sql(label(field))}`),
    `position(value, '@') > 0, '[REDACTED_EMAIL]'`,
    `match(value, ${sql(`^(?:${ID})$`)}), value`,
    `'[REDACTED_ID]')`,
  ].join(',\n            ')
}

/** Behind a search, as all that is looked for takes long. */
function excluded(policy: Policy): string {
  const filter = pathFilter(policy)
  if (!filter) return '1 = 0'
  const near = `multiSearchAny(lowerUTF8(whole), [${filter.near.map(sql).join(', ')}])`
  // In a lambda, or the planner spends 40 ms of each insert on moving it about.
  return `arrayExists(whole -> if(${near}, match(${chain('whole', filter.steps)}, ${sql(filter.touches)}), false), [text])`
}
