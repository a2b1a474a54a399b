// A table that fits a terminal: numbers to the right and whole, texts cut where they must be, columns left out where nothing else helps.
import stringWidth from 'string-width'

const BAR = 24
const LEAST_BAR = 6
/** No column is cut to less. */
const NARROWEST = 6
/** Nor the first, which says what a row is about. */
const NARROWEST_KEY = 14
/** People copy it. */
const WHOLE_ID = 36
const BETWEEN = 2
const TIGHT = 1
/** Fewer say less than one value a line. */
const LEAST_COLUMNS = 5

/** What a table shows, as texts. */
export interface Grid {
  readonly columns: readonly string[]
  readonly cells: readonly (readonly string[])[]
  /** The same, with 86.4M for 86,442,789. */
  readonly compact: readonly (readonly string[])[]
  readonly right: readonly boolean[]
  readonly bars: readonly number[] | undefined
  readonly width: number
}

/** Without a line break at its end; no line is wider than the terminal where that is possible. */
export function terminalTable(grid: Grid): string {
  const { columns, cells, compact, right, bars, width } = grid
  const wide = widthsOf(columns, cells)
  if (sum(wide) + BETWEEN * (columns.length - 1) <= width)
    return drawn(columns, cells, wide, right, BETWEEN, width, bars)
  // What does not fit gets short numbers and names of several lines, then shorter texts, then fewer columns.
  const heads = columns.map((column) => column.replaceAll('_', '\n'))
  for (let count = columns.length; count >= Math.min(columns.length, LEAST_COLUMNS); count -= 1) {
    const room = width - TIGHT * (count - 1)
    const widths = fitted(
      widthsOf(heads.slice(0, count), compact),
      right,
      room,
      columns[0] === 'session_id' ? WHOLE_ID : NARROWEST_KEY,
    )
    if (widths === undefined) continue
    const table = drawn(
      heads.slice(0, count),
      compact.map((row) => row.slice(0, count)),
      widths,
      right,
      TIGHT,
      width,
      bars,
    )
    const hidden = columns.slice(count)
    return hidden.length === 0 ? table : `${table}\n${wrapped(`No room for: ${hidden.join(', ')}`, width)}`
  }
  return records(columns, cells, width)
}

function drawn(
  heads: readonly string[],
  cells: readonly (readonly string[])[],
  widths: readonly number[],
  right: readonly boolean[],
  gap: number,
  width: number,
  bars: readonly number[] | undefined,
): string {
  const room = Math.min(BAR, width - sum(widths) - gap * heads.length)
  const line = (texts: readonly string[], bar = '') =>
    [...texts.map((text, index) => padded(text, widths[index] ?? 0, right[index] === true)), bar]
      .join(' '.repeat(gap))
      .trimEnd()
  const names = heads.map((head) => head.split('\n'))
  const lines = Array.from({ length: Math.max(...names.map((name) => name.length)) }, (_, at) =>
    line(names.map((name) => name[at] ?? '')),
  )
  const barOf = (index: number) => (bars && room >= LEAST_BAR ? '█'.repeat(Math.round((bars[index] ?? 0) * room)) : '')
  return [...lines, ...cells.map((row, index) => line(row, barOf(index)))].join('\n')
}

function padded(text: string, width: number, isRight: boolean): string {
  const shown = cut(text, width)
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(shown)))
  return isRight ? blanks + shown : shown + blanks
}

function widthsOf(heads: readonly string[], cells: readonly (readonly string[])[]): number[] {
  return heads.map((head, index) => widest([...head.split('\n'), ...cells.map((row) => row[index] ?? '')]))
}

/** Not `Math.max` of all: a call takes no hundred thousand arguments. */
function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0)
}

/** Texts are cut, the widest first; numbers never: a number without its end is another number. Undefined: it fits in no way. */
function fitted(wanted: readonly number[], right: readonly boolean[], room: number, key: number): number[] | undefined {
  const widths = [...wanted]
  const leastOf = (index: number) => (index === 0 ? key : NARROWEST)
  for (let over = sum(widths) - room; over > 0; over -= 1) {
    const next = widths.reduce(
      (best, each, index) => (!right[index] && each > leastOf(index) && each > (widths[best] ?? 0) ? index : best),
      -1,
    )
    if (next < 0) return undefined
    widths[next] = (widths[next] ?? 0) - 1
  }
  return widths
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function wrapped(text: string, width: number): string {
  return text.replace(new RegExp(`(.{1,${Math.max(10, width)}})(?: |$)`, 'g'), '$1\n').trimEnd()
}

/** One line a value, for what is wider than the terminal; a value that has no room beside its name stands below it. */
function records(columns: readonly string[], cells: readonly (readonly string[])[], width: number): string {
  const names = widest(columns)
  const value = (column: string, text: string) => {
    const beside = `${column.padEnd(names)}  ${text}`
    return stringWidth(beside) <= width ? beside : `${cut(column, width)}\n${cut(`  ${text}`, width)}`
  }
  return cells.map((row) => columns.map((column, index) => value(column, row[index] ?? '')).join('\n')).join('\n\n')
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

const graphemes = new Intl.Segmenter()
