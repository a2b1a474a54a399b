// SQL as rules read it: its tokens without space and comments, which brackets belong together, arguments, and how far a condition reaches.
import { type Token, tokensOf } from './lexer.ts'

/** From a token up to another, without it. */
export interface Span {
  readonly from: number
  readonly to: number
}

const OPEN = ['(', '[']
const CLOSE = [')', ']']

/** Words that end an expression, or stand before one. */
const CLAUSES = new Set(
  (
    'SELECT FROM WHERE PREWHERE GROUP HAVING ORDER LIMIT WINDOW UNION SETTINGS FINAL WITH AS ON JOIN CROSS INNER LEFT PASTE BY ALL DISTINCT ' +
    'DESC ASC NULLS FIRST LAST ROWS RANGE OVER PARTITION BETWEEN TO OFFSET USING FORMAT INTERVAL'
  ).split(' '),
)

export class Sql {
  readonly text: string
  /** Those that mean something. */
  readonly tokens: readonly Token[]
  /** Of each bracket the other one. */
  readonly #other = new Map<number, number>()

  constructor(text: string) {
    this.text = text
    this.tokens = tokensOf(text).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    const open: number[] = []
    for (const [at, { kind, text: symbol }] of this.tokens.entries()) {
      if (kind !== 'symbol') continue
      if (OPEN.includes(symbol)) open.push(at)
      const start = CLOSE.includes(symbol) ? open.pop() : undefined
      if (start === undefined) continue
      this.#other.set(start, at)
      this.#other.set(at, start)
    }
  }

  /** The text of a token; empty where there is none. */
  at(index: number): string {
    return this.tokens[index]?.text ?? ''
  }

  kind(index: number): Token['kind'] | undefined {
    return this.tokens[index]?.kind
  }

  /** Keywords are the same in any letter case. */
  is(index: number, ...words: readonly string[]): boolean {
    return this.kind(index) === 'word' && words.includes(this.at(index).toUpperCase())
  }

  isClause(index: number): boolean {
    return this.kind(index) === 'word' && CLAUSES.has(this.at(index).toUpperCase())
  }

  /** Whether it lies in what is set for a query: how it is run, not what it asks. */
  isSetting({ from, to }: Span): boolean {
    return this.words('SETTINGS').some(
      (at) => from >= at && to <= this.forward(at, (index) => this.#endsSettings(index)),
    )
  }

  #endsSettings(index: number): boolean {
    return this.is(index, 'UNION', 'FORMAT') || this.at(index) === ';'
  }

  /** The places of these words, in this spelling. */
  words(...words: readonly string[]): number[] {
    return [...this.tokens.keys()].filter((index) => this.is(index, ...words))
  }

  /** Where the brackets end that begin here. */
  closing(index: number): number | undefined {
    return OPEN.includes(this.at(index)) ? this.#other.get(index) : undefined
  }

  /** What stands there, as it is written. */
  slice({ from, to }: Span): string {
    const [first, last] = [this.tokens[from], this.tokens[to - 1]]
    return first === undefined || last === undefined ? '' : this.text.slice(first.at, last.at + last.text.length)
  }

  /** The first place from here on that the test names, brackets passed over; the end of what these brackets hold otherwise. */
  forward(from: number, ends: (index: number) => boolean): number {
    let index = from
    while (index < this.tokens.length && !CLOSE.includes(this.at(index)) && !ends(index))
      index = (this.closing(index) ?? index) + 1
    return index
  }

  /** The place behind the last one before `from` that the test names, brackets passed over. */
  backward(from: number, ends: (index: number) => boolean): number {
    let index = from - 1
    while (index >= 0 && !OPEN.includes(this.at(index)) && !ends(index))
      index = (CLOSE.includes(this.at(index)) ? (this.#other.get(index) ?? index) : index) - 1
    return index + 1
  }

  /** What stands between commas in the brackets that begin there. */
  items(open: number): Span[] {
    const close = this.closing(open)
    return close === undefined || close === open + 1 ? [] : this.list(open + 1, (index) => index === close)
  }

  /** What stands between commas from there on, up to where the test or the brackets say. */
  list(from: number, ends: (index: number) => boolean): Span[] {
    const spans: Span[] = []
    let start = from
    for (;;) {
      const end = this.forward(start, (index) => this.at(index) === ',' || ends(index))
      spans.push({ from: start, to: end })
      if (this.at(end) !== ',' || ends(end)) return spans
      start = end + 1
    }
  }

  /** Calls of these functions: where the name stands, and the arguments. With parameters before them too, as in `quantile(0.5)(x)`. */
  calls(...names: readonly string[]): { readonly at: number; readonly to: number; readonly args: readonly Span[] }[] {
    return [...this.tokens.keys()].flatMap((at) => {
      const close = this.closing(at + 1)
      if (this.kind(at) !== 'word' || !names.includes(this.at(at)) || this.at(at + 1) !== '(' || close === undefined)
        return []
      const second = this.at(close + 1) === '(' ? this.closing(close + 1) : undefined
      const open = second === undefined ? at + 1 : close + 1
      return [{ at, to: (second ?? close) + 1, args: this.items(open) }]
    })
  }
}
