// Compiles the policy's regex rules into the statements that mask, in three groups: what is plain pays for the first only.
import { NAMES, PLAIN, REWRITTEN, SUSPECT } from '../../identity.ts'
import { ownRules } from '../../own-rules.ts'
import { CLIENT_TEXT, CLIENT_VALUES, PLAIN_TEXT } from '../../plain.ts'
import type { Policy } from '../../policy.ts'
import { keyRules, textRules } from '../../rules.ts'
import { CLOSING_STEP, openingSteps } from '../../steps.ts'
import { BYTES, mayHoldBytes, withoutBytes } from './bytes.ts'
import { alwaysHashed, HASHED } from './hash.ts'
import { containsAny, ottl } from './ottl.ts'
import { keyStatements, ruleStatements, stepStatements } from './rule-statements.ts'
import { searchStatements } from './search.ts'
import { comeIn, findHost, goHome, hangsShared, SHARED } from './shared.ts'
import { besideName, HANGER, IDS, nameOf, type Texts } from './texts.ts'

/** Where texts stand that are masked together. */
export interface Place {
  /** The context's name: its cache is used, and is another one in each group. */
  readonly context: string
  /** The map of attributes. */
  readonly map: string
  /** Texts beside it: paths whose value may be of any type. They stand in the map while it is masked. */
  readonly beside: readonly string[]
  /**
   * Which literals are rare enough that a rule is run wherever one of them stands, by the number of their telling characters. The lower,
   * the faster the start, and the more rules run in vain.
   */
  readonly rare: number
  /** Records have names that tell them apart; of a data point all attributes do. */
  readonly hasNames: boolean
}

export interface Group {
  readonly context: string
  readonly conditions?: readonly string[]
  readonly statements: readonly string[]
}

/** The names of the attributes, masked as a text. */
const KEYS = 'telemetry.keys'
const NAMED = `^(${NAMES.join('|')})$`
const ALL_PLAIN = `^(?:${PLAIN}\n)*${PLAIN}$`
/** Names of attributes as they usually are: nothing private fits in. */
const USUAL_NAMES = '^(?:[a-z_.]{0,40}\n)*$'
const USUAL_NAME = '^[a-z_.]{1,80}$'

/**
 * The groups of statements that mask the texts of a place. The first two look whether all of it is plain, of what records share and of each
 * record; if not they hang the joined texts on a map. The next searches them for what each rule's matches contain. The last masks, by the rules
 * that may match. It fails towards masking: a rule is passed over only after a search that found nothing, and no rule makes what a later one
 * matches (steps.ts, marks).
 */
export function maskGroups(policy: Policy, place: Place): Group[] {
  const { context, map } = place
  if (textRules(policy).length + keyRules(policy).length === 0) return []
  const conditions = [`${map}[${ottl(HANGER)}] != nil`]
  return [
    {
      context: SHARED.context,
      statements: [
        ...gather(policy, SHARED),
        ...[SHARED.map, SHARED.mapBeside].flatMap((each) =>
          withoutBytes(SHARED.context, each, `${hangsShared} != nil`),
        ),
      ],
    },
    {
      context,
      statements: [...gather(policy, { ...place, hangOn: map }), ...findHost(context, map)],
    },
    { context, conditions, statements: search(policy, place) },
    { context, conditions, statements: [...prepare(place), ...run(policy, place), ...finish(place)] },
    { context: SHARED.context, statements: [`delete_key(${SHARED.hangOn}, ${ottl(HANGER)})`] },
  ]
}

/** Hangs the texts up, unless all of them are plain. */
function gather(policy: Policy, { context, map, beside, mapBeside, hangOn }: Texts): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  const told = keyRules(policy).map(({ prefilter }) =>
    prefilter
      ? containsAny(prefilter.lower ? `ToLowerCase(${cache('keys')})` : cache('keys'), prefilter.anyOf)
      : 'true == true',
  )
  // Of a text that is not there, one says "<nil>", which is not plain: empty instead.
  const texts = [
    ...beside.map((path) => cache(nameOf(path))),
    ...(mapBeside === undefined ? [] : [`Concat(Values(${mapBeside}), "\\n")`]),
  ]
  const names = [cache('rest'), ...(mapBeside === undefined ? [] : [mapBeside])].map(
    (each) => `Concat(Keys(${each}), "\\n")`,
  )
  const own = ownRules(policy).map(({ prefilter }) =>
    prefilter
      ? containsAny(prefilter.lower ? `ToLowerCase(${cache('text')})` : cache('text'), prefilter.anyOf)
      : 'true == true',
  )
  const plain = [
    `IsMatch(${cache('text')}, ${ottl(PLAIN_TEXT)})`,
    `IsMatch(${cache('keys')}, ${ottl(USUAL_NAMES)})`,
    ...[...told, ...own].map((each) => `not ${each}`),
  ]
  // What the client always writes is not looked at, unless a team has rules of its own.
  const passed = own.length === 0
  return [
    `set(${cache('rest')}, ${map})`,
    `delete_matching_keys(${cache('rest')}, ${ottl(IDS)})`,
    ...alwaysHashed(policy).map(
      (field) =>
        `delete_key(${cache('rest')}, ${ottl(field)}) where IsMatch(${cache('rest')}[${ottl(field)}], ${ottl(`^${HASHED}$`)})`,
    ),
    ...(passed ? CLIENT_VALUES : []).map(
      ([name, pattern]) =>
        `delete_key(${cache('rest')}, ${ottl(name)}) where IsMatch(${cache('rest')}[${ottl(name)}], ${ottl(pattern)})`,
    ),
    ...beside.flatMap((path) => [
      `set(${cache(nameOf(path))}, "")`,
      `set(${cache(nameOf(path))}, String(${path})) where ${path} != nil`,
      // Behind it, so that a search that fails leaves the text to be looked at.
      ...(passed
        ? [`set(${cache(nameOf(path))}, "") where IsMatch(${cache(nameOf(path))}, ${ottl(CLIENT_TEXT)})`]
        : []),
    ]),
    // Behind the last of each there is a line break, too.
    `set(${cache('keys')}, Concat([${names.join(', ')}, ""], "\\n"))`,
    `set(${cache('text')}, Concat([${[`Concat(Values(${cache('rest')}), "\\n")`, ...texts].join(', ')}, ""], "\\n"))`,
    // What cannot be joined is masked by every rule.
    `set(${hangOn}[${ottl(HANGER)}], "")`,
    `set(${hangOn}[${ottl(HANGER)}], Concat([${cache('text')}, ${cache('keys')}], "")) where ${cache('text')} != nil`,
    `delete_key(${hangOn}, ${ottl(HANGER)}) where ${cache('text')} != nil and ${plain.join(' and ')}`,
  ]
}

/** Puts marks for bytes; looks which rules may match; takes the texts off the map where none may, else hangs in their place what was found. */
function search(policy: Policy, { context, map, beside, rare }: Place): string[] {
  const besideValue = (path: string) => `${map}[${ottl(besideName(path))}]`
  const cache = (name: string) => `${context}.cache["${name}"]`
  const hanger = `${map}[${ottl(HANGER)}]`
  return [
    // A body stands among the attributes meanwhile.
    ...beside.map((path) => `set(${besideValue(path)}, ${path}) where ${path} != nil and not IsString(${path})`),
    ...withoutBytes(context, map, mayHoldBytes(hanger)),
    ...beside.flatMap((path) => [
      `set(${path}, ${besideValue(path)}) where ${besideValue(path)} == ${ottl(BYTES)}`,
      `delete_key(${map}, ${ottl(besideName(path))})`,
    ]),
    `set(${cache('text')}, ${hanger}) where ${hanger} != ""`,
    `set(${cache('lower')}, ToLowerCase(${cache('text')})) where ${cache('text')} != nil`,
    `set(${cache('keys')}, ToLowerCase(Concat([Concat(Keys(${map}), "\\n"), ""], "\\n")))`,
    // The names of what is shared stand in its text.
    `set(${cache('keys')}, ${cache('lower')}) where ${hangsShared} != nil and ${cache('lower')} != nil`,
    ...searchStatements(policy, context, rare),
    `keep_matching_keys(${context}.cache, "^rule")`,
    `set(${hanger}, ${context}.cache)`,
    `delete_key(${map}, ${ottl(HANGER)}) where Len(${context}.cache) == 0`,
  ]
}

/** Makes texts of all values, as the exporter writes them, with what stands beside the map and what records share; ids are put aside. */
function prepare({ context, map, beside, hasNames }: Place): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  return [
    `merge_maps(${context}.cache, ${map}[${ottl(HANGER)}], "upsert")`,
    `delete_key(${map}, ${ottl(HANGER)})`,
    `delete_matching_keys(${map}, "^telemetry\\\\.(keys|beside\\\\..*)$$")`,
    ...(hasNames ? [`set(${cache('names')}, ${map})`] : []),
    ...beside.map((path) => `set(${map}[${ottl(besideName(path))}], ${path}) where ${path} != nil`),
    `set(${cache('ids')}, ${map})`,
    `keep_matching_keys(${cache('ids')}, ${ottl(IDS)})`,
    `delete_matching_keys(${map}, ${ottl(IDS)})`,
    ...comeIn(context, map),
    `set(${cache('keys')}, Concat(Keys(${map}), "\n"))`,
    `set(${map}[${ottl(KEYS)}], ${cache('keys')})`,
    `stringify_all(${map})`,
  ]
}

function run(policy: Policy, { context, map }: Place): string[] {
  const opening = openingSteps(policy.filters.filter((filter) => filter.type === 'regex'))
  return [
    ...opening.flatMap((step) => stepStatements(step, map)),
    ...keyStatements(policy, context, map),
    ...ruleStatements(policy, context, map),
    ...stepStatements(CLOSING_STEP, map),
    // A name of an attribute that holds something private takes all attributes with it whose names could.
    `keep_matching_keys(${map}, ${ottl(USUAL_NAME)}) where ${map}[${ottl(KEYS)}] != ${context}.cache["keys"]`,
    `delete_key(${map}, ${ottl(KEYS)})`,
  ]
}

function finish({ context, map, beside, hasNames }: Place): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  const names = cache('names')
  const nameValues = `Concat(Values(${names}), "\\n")`
  const besideValue = (path: string) => `${map}[${ottl(besideName(path))}]`
  return [
    ...[...beside, ...SHARED.beside].flatMap((path) => [
      `set(${path}, ${besideValue(path)}) where ${besideValue(path)} != nil`,
      `delete_key(${map}, ${ottl(besideName(path))})`,
    ]),
    ...goHome(context, map),
    `merge_maps(${map}, ${cache('ids')}, "upsert")`,
    ...(hasNames
      ? [
          `keep_matching_keys(${names}, ${ottl(NAMED)})`,
          `set(${cache('plain')}, true) where IsMatch(${nameValues}, ${ottl(ALL_PLAIN)}) and not IsMatch(${nameValues}, ${ottl(SUSPECT)})`,
          `merge_maps(${map}, ${names}, "upsert") where ${cache('plain')} == true`,
          // The database counts them towards identity only where no policy can have rewritten them.
          `set(${map}[${ottl(REWRITTEN)}], true) where ${cache('plain')} == nil`,
        ]
      : []),
  ]
}
