// The list of mutants and of what killed each, as it is kept: one line a mutant, tabs between the parts.
import type { Fate, Killer } from './fate.ts'
import type { Mutant } from './mutants.ts'

const HEAD = '# Mutants and what killed each. Generated: npm run mutants -- --update'
/** What is longer is cut: the id says where it is. */
const MOST = 60

/** `random 3/1 tools` */
function killerText({ ground, asked, query }: Killer): string {
  return `${ground}/${asked} ${query}`
}

/** Undefined for what is no killer. */
function killerOf(text: string): Killer | undefined {
  const [, ground, asked, query] = /^(.+)\/(\d+) (\S+)$/.exec(text) ?? []
  return ground === undefined || query === undefined ? undefined : { ground, asked: Number(asked), query }
}

/** In the order of the mutants. */
export function formatKillers(mutants: readonly Mutant[], fates: ReadonlyMap<string, Fate>): string {
  const lines = mutants.map(({ id, line, before, after }) => {
    const fate = fates.get(id)
    const text = fate?.kind === 'killed' ? killerText(fate.by) : (fate?.kind ?? 'not tried')
    return [id, line, short(before), short(after), text].join('\t')
  })
  return `${[HEAD, ...lines].join('\n')}\n`
}

/** By id: who killed it; undefined where nothing did. */
export function parseKillers(text: string): Map<string, Killer | undefined> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const parts = line.split('\t')
      return [parts[0] ?? '', killerOf(parts.at(-1) ?? '')]
    }),
  )
}

function short(text: string): string {
  const one = text.replace(/\s+/g, ' ').trim()
  return one.length > MOST ? `${one.slice(0, MOST)}…` : one
}
