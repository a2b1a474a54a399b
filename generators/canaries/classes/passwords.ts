// Passwords as people and generators make them: without a format of their own.
import type { Draw } from '../model/draw.ts'

/**
 * Nothing in it that a shell, a URL or a quote would have to escape. There is a digit: without quotation marks around it a value of letters
 * only is not promised to be told from a word.
 */
export function plainPassword(draw: Draw): string {
  const password = draw.chance(30)
    ? `${draw.pick(['correct', 'Winter', 'purple', 'Tiger', 'hunter'])}-${draw.alnum(9)}`
    : draw.from('abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789_-.~', draw.int(12, 28)).replace(/\W$/, 'k')
  return /\d/.test(password) ? password : `${password}${draw.int(2, 9)}`
}

/** With marks that stand unquoted in many files, but not in a URL or a shell; a digit too. */
export function markedPassword(draw: Draw): string {
  const password = `${draw.alnum(6)}${draw.pick(['!', '#', '%', '^', '*', '+', '@', '?'])}${draw.alnum(7)}`
  return /\d/.test(password) ? password : `${password}${draw.int(2, 9)}`
}

/** A value that only a quote holds together, with its pieces, each long enough to be known again. */
export interface Pieces {
  readonly text: string
  readonly pieces: readonly string[]
}

/** @param marks what stands between the pieces, one each */
export function piecesWith(draw: Draw, marks: readonly string[]): Pieces {
  const pieces = Array.from({ length: marks.length + 1 }, () => draw.alnum(9))
  return { text: pieces.map((piece, index) => piece + (marks[index] ?? '')).join(''), pieces }
}
