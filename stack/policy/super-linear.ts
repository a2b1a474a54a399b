// Whether a pattern could take more than linear time in an engine that backtracks (RE2 never does): by static analysis, nothing is timed.
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { analyse } from 'scslre'
import { walk } from './pattern.ts'

const parser = new RegExpParser({ ecmaVersion: 2025 })
/** Characters by which two classes are held against each other. */
const SAMPLE = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code))

type Run = readonly AST.Element[]

/**
 * scslre finds a repeat that may be entered at each character of a text, but not one behind a word that may itself be repeated: of
 * `ab[a-z]+;` the text `ababab…` takes quadratic time. So each such word is also tried as one of its characters alone, one that the
 * repeat cannot match if there is such a character.
 * @param source in JavaScript's syntax @returns the repeat that could take more than linear time
 */
export function superLinearPart(source: string): string | undefined {
  const { alternatives } = parser.parsePattern(source, 0, source.length, { unicode: true, unicodeSets: false })
  const repeats: AST.Quantifier[] = []
  const runs: Run[] = []
  for (const alternative of alternatives)
    walk(alternative, (node) => {
      if (node.type === 'Quantifier' && node.max === Infinity) repeats.push(node)
      if (node.type === 'Alternative') runs.push(...runsIn(node))
    })
  const [found] = reportsOf(source)
  return (
    found ??
    repeats
      .map(({ raw, element }) => ({ raw, short: withShortRuns(source, runs, sampleOf(element)) }))
      .find(({ raw, short }) => reportsOf(short).includes(raw))?.raw
  )
}

function reportsOf(source: string): string[] {
  const { reports } = analyse(new RegExp(source, 'u'))
  return reports.map((report) => (report.type === 'Trade' ? report.startQuant.raw : report.quant.raw))
}

/** Characters and classes that stand one behind the other, two or more. */
function runsIn({ elements }: AST.Alternative): Run[] {
  const runs: AST.Element[][] = [[]]
  for (const element of elements) {
    if (element.type === 'Character' || element.type === 'CharacterClass') runs.at(-1)?.push(element)
    else runs.push([])
  }
  return runs.filter(({ length }) => length > 1)
}

const samples = new Map<string, ReadonlySet<string>>()

/** What of the sample the element matches by itself. */
function sampleOf({ raw }: AST.Element): ReadonlySet<string> {
  let sample = samples.get(raw)
  if (!sample) {
    const pattern = new RegExp(`^(?:${raw})$`, 'u')
    sample = new Set(SAMPLE.filter((char) => pattern.test(char)))
    samples.set(raw, sample)
  }
  return sample
}

function withShortRuns(source: string, runs: readonly Run[], repeated: ReadonlySet<string>): string {
  const cuts = runs.map((run) => {
    const stays = run.find((element) => [...sampleOf(element)].every((char) => !repeated.has(char))) ?? run.at(-1)
    return { start: run[0]?.start ?? 0, end: run.at(-1)?.end ?? 0, text: stays?.raw ?? '' }
  })
  return cuts
    .toSorted((one, other) => other.start - one.start)
    .reduce((text, { start, end, text: stays }) => text.slice(0, start) + stays + text.slice(end), source)
}
