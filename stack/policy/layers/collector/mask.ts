// Compiles the policy's regex rules into the statements that mask, in three groups: what is plain pays for the first only.
import { IDENTIFYING, NAMES, PLAIN, REWRITTEN, SUSPECT } from '../../identity.ts'
import type { Policy } from '../../policy.ts'
import { keyRules, textRules } from '../../rules.ts'
import { CLOSING_STEP, openingSteps } from '../../steps.ts'
import { alwaysHashed, HASHED } from './hash.ts'
import { containsAny, ottl } from './ottl.ts'
import { PLAIN_TEXT } from './plain.ts'
import { keyStatements, ruleStatements, stepStatements } from './rule-statements.ts'
import { searchStatements } from './search.ts'

/** Where texts stand that are masked together. */
export interface Place {
  /** The context's name: its cache is used, and is another one in each group. */
  readonly context: string
  /** The map of attributes. */
  readonly map: string
  /** Texts beside it: paths whose value may be of any type. They stand in the map while it is masked. */
  readonly beside: readonly string[]
  /** A map beside it: it stands in the map as JSON while that is masked. */
  readonly mapBeside?: string
  /**
   * Which literals are rare enough that a rule is run wherever one of them stands, by the number of their telling characters; absent
   * where texts are so few that every rule is run. The lower, the faster the start, and the more rules run in vain.
   */
  readonly rare?: number
  /** Records have names that tell them apart; of a data point all attributes do. */
  readonly hasNames: boolean
}

export interface Group {
  readonly context: string
  readonly conditions?: readonly string[]
  readonly statements: readonly string[]
}

/** Where a group leaves for the next what it found. The guard takes it off what a client sends. */
const HANGER = 'telemetry.mask'
/** The names of the attributes, masked as a text. */
const KEYS = 'telemetry.keys'
const NAMED = `^(${NAMES.join('|')})$`
const ALL_PLAIN = `^(?:${PLAIN}\n)*${PLAIN}$`
const IDS = `^(?:${IDENTIFYING.map((name) => name.replaceAll('.', '\\.')).join('|')})$`
/** Names of attributes as they usually are: nothing private fits in. */
const USUAL_NAMES = '^(?:[a-z_.]{0,40}\n)*$'
const USUAL_NAME = '^[a-z_.]{1,80}$'
/**
 * The groups of statements that mask the texts of a place. The first looks whether all of it is plain; if not it hangs the joined texts on the
 * map. The second searches them for what each rule's matches contain. The third masks, by the rules that may match. It fails towards masking:
 * a rule is passed over only after a search that found nothing, and no rule makes what a later one matches (steps.ts, marks).
 * Where texts are few and nearly always plain there is no second group: each pattern takes memory.
 */
export function maskGroups(policy: Policy, place: Place): Group[] {
  const { context, map } = place
  if (textRules(policy).length + keyRules(policy).length === 0) return []
  const conditions = [`${map}[${ottl(HANGER)}] != nil`]
  return [
    { context, statements: gather(policy, place) },
    ...(place.rare === undefined ? [] : [{ context, conditions, statements: search(policy, place, place.rare) }]),
    { context, conditions, statements: [...prepare(place), ...run(policy, place), ...finish(place)] },
  ]
}

/** Hangs the texts on the map, unless all of them are plain. */
function gather(policy: Policy, { context, map, beside, mapBeside }: Place): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  const told = keyRules(policy).map(({ prefilter }) =>
    prefilter
      ? containsAny(prefilter.lower ? `ToLowerCase(${cache('keys')})` : cache('keys'), prefilter.anyOf)
      : 'true == true',
  )
  // Of a text that is not there, one says "<nil>", which is not plain: empty instead.
  const paths = mapBeside === undefined ? beside : [...beside, mapBeside]
  const texts = paths.map((path) => `, ${cache(nameOf(path))}`).join('')
  const plain = [
    `IsMatch(${cache('text')}, ${ottl(PLAIN_TEXT)})`,
    `IsMatch(${cache('keys')}, ${ottl(USUAL_NAMES)})`,
    ...told.map((each) => `not ${each}`),
  ]
  return [
    `set(${cache('rest')}, ${map})`,
    `delete_matching_keys(${cache('rest')}, ${ottl(IDS)})`,
    ...alwaysHashed(policy).map(
      (field) =>
        `delete_key(${cache('rest')}, ${ottl(field)}) where IsMatch(${cache('rest')}[${ottl(field)}], ${ottl(`^${HASHED}$`)})`,
    ),
    ...paths.flatMap((path) => [
      `set(${cache(nameOf(path))}, "")`,
      `set(${cache(nameOf(path))}, String(${path})) where ${path === mapBeside ? `Len(${path}) > 0` : `${path} != nil`}`,
    ]),
    // Behind the last of each there is a line break, too.
    `set(${cache('keys')}, Concat([Concat(Keys(${cache('rest')}), "\\n"), ""], "\\n"))`,
    `set(${cache('text')}, Concat([Concat(Values(${cache('rest')}), "\\n")${texts}, ""], "\\n"))`,
    // What cannot be joined is masked by every rule.
    `set(${map}[${ottl(HANGER)}], "")`,
    `set(${map}[${ottl(HANGER)}], Concat([${cache('text')}, ${cache('keys')}], "")) where ${cache('text')} != nil`,
    `delete_key(${map}, ${ottl(HANGER)}) where ${cache('text')} != nil and ${plain.join(' and ')}`,
  ]
}

/** Looks which rules may match; takes the texts off the map where none may, else hangs in their place what was found. */
function search(policy: Policy, { context, map }: Place, rare: number): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  const hanger = `${map}[${ottl(HANGER)}]`
  return [
    `set(${cache('text')}, ${hanger}) where ${hanger} != ""`,
    `set(${cache('lower')}, ToLowerCase(${cache('text')})) where ${cache('text')} != nil`,
    `set(${cache('keys')}, ToLowerCase(Concat([Concat(Keys(${map}), "\\n"), ""], "\\n")))`,
    ...searchStatements(policy, context, rare),
    `keep_matching_keys(${context}.cache, "^rule")`,
    `set(${hanger}, ${context}.cache)`,
    `delete_key(${map}, ${ottl(HANGER)}) where Len(${context}.cache) == 0`,
  ]
}

/** Makes texts of all values, as the exporter writes them, with what stands beside the map; ids are put aside. */
function prepare({ context, map, beside, mapBeside, hasNames, rare }: Place): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  return [
    ...(rare !== undefined ? [`merge_maps(${context}.cache, ${map}[${ottl(HANGER)}], "upsert")`] : []),
    `delete_key(${map}, ${ottl(HANGER)})`,
    `delete_matching_keys(${map}, "^telemetry\\\\.(keys|beside\\\\..*)$$")`,
    ...beside.map((path) => `set(${map}[${ottl(besideName(path))}], ${path}) where ${path} != nil`),
    ...(mapBeside === undefined
      ? []
      : [`set(${map}[${ottl(besideName(mapBeside))}], String(${mapBeside})) where Len(${mapBeside}) > 0`]),
    ...(hasNames ? [`set(${cache('names')}, ${map})`] : []),
    `set(${cache('ids')}, ${map})`,
    `keep_matching_keys(${cache('ids')}, ${ottl(IDS)})`,
    `delete_matching_keys(${map}, ${ottl(IDS)})`,
    `set(${cache('keys')}, Concat(Keys(${map}), "\n"))`,
    `set(${map}[${ottl(KEYS)}], ${cache('keys')})`,
    `stringify_all(${map})`,
  ]
}

function run(policy: Policy, { context, map, rare }: Place): string[] {
  const searched = rare !== undefined
  const opening = openingSteps(policy.filters.filter((filter) => filter.type === 'regex'))
  return [
    ...opening.flatMap((step) => stepStatements(step, map)),
    ...keyStatements(policy, context, map, searched),
    ...ruleStatements(policy, context, map, searched),
    ...stepStatements(CLOSING_STEP, map),
    // A name of an attribute that holds something private takes all attributes with it whose names could.
    `keep_matching_keys(${map}, ${ottl(USUAL_NAME)}) where ${map}[${ottl(KEYS)}] != ${context}.cache["keys"]`,
    `delete_key(${map}, ${ottl(KEYS)})`,
  ]
}

function finish({ context, map, beside, mapBeside, hasNames }: Place): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  const names = cache('names')
  const nameValues = `Concat(Values(${names}), "\\n")`
  return [
    ...beside.flatMap((path) => [
      `set(${path}, ${map}[${ottl(besideName(path))}]) where ${map}[${ottl(besideName(path))}] != nil`,
      `delete_key(${map}, ${ottl(besideName(path))})`,
    ]),
    ...(mapBeside === undefined
      ? []
      : [
          `set(${mapBeside}, ParseJSON(${map}[${ottl(besideName(mapBeside))}])) where ${map}[${ottl(besideName(mapBeside))}] != nil`,
          `delete_key(${map}, ${ottl(besideName(mapBeside))})`,
        ]),
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

const nameOf = (path: string) => path.replaceAll('.', '_')
const besideName = (path: string) => `telemetry.beside.${nameOf(path)}`
