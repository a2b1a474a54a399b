// Splits an RE2 pattern into its parts, as far as a prefilter must understand it. What it does not know, it refuses.

/** One part of a sequence: a character, a class, a group or an assertion, with its quantifier. */
export interface Part {
  /** Where it stands in the pattern's text. */
  readonly from: number
  readonly to: number
  /** Each time it matches, it matches exactly one of these characters. Absent when others are possible, too. */
  readonly chars?: readonly string[]
  /** It is a group of these alternatives. */
  readonly branches?: readonly Sequence[]
  /** It, or something inside it, looks at what stands around it. */
  readonly asserts: boolean
  /** It may match nothing, by its quantifier. */
  readonly optional: boolean
  /** It may match more than once. */
  readonly repeated: boolean
}

/** Parts that match one after another. */
export type Sequence = readonly Part[]

type Atom = Pick<Part, 'chars' | 'branches' | 'asserts'>

const LARGEST_CLASS = 8
const OPAQUE: Atom = { asserts: false }
const ASSERTION: Atom = { asserts: true }

const QUANTIFIER = /([*+?]|\{\d+(?:,\d*)?\})\??/y
const GROUP = /\((?!\?)|\(\?:|\(\?P?<\w+>/y
// A bracket that RE2 takes for a member (`[]a]`, `[^]a]`, `[[:alpha:]]`) is refused: other engines take it for the end.
const CLASS = /\[(\^(?!\])|(?![\^\]]))((?:[^\]\\[]|\\.)+)\]/sy
const LITERAL = /\\([!-/:-@[-`{-~])|([^\\[\](){}|*+?^$.])/y

/** The alternatives of an RE2 pattern that has no flags, or undefined when something in it is not known here. */
export function splitPattern(pattern: string): readonly Sequence[] | undefined {
  let at = 0

  function take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = at
    const found = expression.exec(pattern) ?? undefined
    at += found?.[0].length ?? 0
    return found
  }

  function alternatives(): Sequence[] | undefined {
    const branches: Sequence[] = []
    do {
      const parts: Part[] = []
      while (at < pattern.length && !/[|)]/.test(pattern.charAt(at))) {
        const next = part()
        if (!next) return undefined
        parts.push(next)
      }
      branches.push(parts)
    } while (take(/\|/y))
    return branches
  }

  function part(): Part | undefined {
    const from = at
    const inner = take(GROUP) ? group() : atom()
    if (!inner) return undefined
    const quantifier = take(QUANTIFIER)?.[1] ?? ''
    const optional = /^(?:[*?]|\{0+[,}])/.test(quantifier)
    return { ...inner, from, to: at, optional, repeated: quantifier !== '' && quantifier !== '?' }
  }

  function group(): Atom | undefined {
    const branches = alternatives()
    if (!branches || !take(/\)/y)) return undefined
    return { branches, asserts: branches.some((parts) => parts.some(({ asserts }) => asserts)) }
  }

  function atom(): Atom | undefined {
    if (take(/[\^$]|\\[bBAz]/y)) return ASSERTION
    if (take(/\.|\\[dDsSwWnrtfva]/y)) return OPAQUE
    const set = take(CLASS)
    if (set) return set[1] === '' ? { ...OPAQUE, ...members(set[2] ?? '') } : OPAQUE
    const [, escaped, plain] = take(LITERAL) ?? []
    const char = escaped ?? plain
    if (char === undefined) return undefined
    return /[ -~]/.test(char) ? { chars: [char], asserts: false } : OPAQUE
  }

  const branches = alternatives()
  return at === pattern.length ? branches : undefined
}

/** The characters of a class, when they are few and all printable ASCII. */
function members(text: string): Pick<Part, 'chars'> {
  const chars: string[] = []
  for (const [, first = '', last = first] of text.matchAll(/(\\?.)(?:-(\\?.))?/gs)) {
    const [low, high] = [first, last].map((each) => each.replace(/^\\([^A-Za-z0-9])$/, '$1'))
    if (!low || !high || !/^[ -~]$/.test(low) || !/^[ -~]$/.test(high)) return {}
    for (let code = low.charCodeAt(0); code <= high.charCodeAt(0); code++) chars.push(String.fromCharCode(code))
    if (chars.length > LARGEST_CLASS) return {}
  }
  return { chars }
}
