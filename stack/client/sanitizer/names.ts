// The names of people that no rule can tell: from a file outside the stack, one a line, masked wherever they stand as words.
import { readFileSync } from 'node:fs'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { DONE, type DocumentPrefilter } from './document.ts'

export interface NamesRule {
  readonly count: number
  readonly prefilter: DocumentPrefilter
  readonly substitution: { readonly pattern: RegExp; readonly replacement: string }
}

const LETTER = '[\\p{L}\\p{M}\\p{N}_]'

/** @throws MachineError without any of its content: names stand in no log */
export function readNames(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new MachineError(`the file of names (TELEMETRY_NAMES_FILE) cannot be read: ${messageOf(error)}`)
  }
}

/** @param text a name a line; lines that are empty or begin with # are none. @returns undefined when there is no name */
export function namesRule(text: string): NamesRule | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim())
  const names = [...new Set(lines.filter((line) => /\p{L}/u.test(line) && !line.startsWith('#')))]
  if (names.length === 0) return undefined
  // The longer first: of a person's two names both go.
  const longestFirst = names.toSorted((a, b) => b.length - a.length)
  // Composed and decomposed letters look the same.
  const forms = longestFirst.flatMap((name) => [...new Set([name.normalize('NFC'), name.normalize('NFD')])])
  const words = forms.map((form) => RegExp.escape(form).replaceAll('\\x20', '\\s+'))
  return {
    count: names.length,
    prefilter: { lower: true, literals: [...new Set(forms.flatMap(literalsOf))].map((literal) => ({ text: literal })) },
    substitution: {
      pattern: new RegExp(`(?<!${LETTER})(?:${words.join('|')})(?!${LETTER})`, 'giu'),
      replacement: `${DONE}[REDACTED_NAME]${DONE}`,
    },
  }
}

/** What stands in each text in lower case that has the name: two letters of ASCII at least, else its first letter as it may be written. */
function literalsOf(name: string): string[] {
  const [longest = ''] = (name.toLowerCase().match(/[a-z0-9]{2,}/g) ?? []).toSorted((a, b) => b.length - a.length)
  // Letters that are no ASCII and become or fold to some (ſ and the sign of Kelvin) are the other ways to write s and k.
  if (longest !== '') return longest.includes('s') ? [longest, 'ſ'] : [longest]
  const first = [...name][0] ?? ''
  return [...new Set([first, first.toLowerCase(), first.toUpperCase().toLowerCase()])]
}
