// Makes canaries, one after the other: class by class, each time in another cell of the grid encoding x position.
import { createHash } from 'node:crypto'
import { stream } from '../streams.ts'
import { type Cell, isJson, isName, promisedCells, unpromisedCells } from './cells.ts'
import { canaryClasses } from './classes/index.ts'
import { contextsOf, surround } from './contexts.ts'
import { encode, encodePart, jsonDepth, jsonEscaped } from './encodings.ts'
import type { Canary, CanaryClass, Context, Encoding, Fragment } from './model/canary.ts'
import { Draw } from './model/draw.ts'

export interface CanaryOrder {
  readonly seed: number
  /** Stops after so many. */
  readonly count?: number
  /** Stops when every cell of every class has so many. Without both it never stops. */
  readonly perCell?: number
  readonly classes?: readonly CanaryClass[]
  /** What the policy does not promise to see through, instead of what it does. */
  readonly unpromised?: boolean
}

/**
 * The canaries of a seed. No two have the same secret, and a longer order begins with the canaries of a shorter one. All classes take turns,
 * so that a short order has something of each.
 */
export function* makeCanaries(order: CanaryOrder): Generator<Canary, void, undefined> {
  const { seed, count = Number.POSITIVE_INFINITY, perCell = Number.POSITIVE_INFINITY } = order
  const rows = (order.classes ?? canaryClasses)
    .map((one) => ({ one, cells: inTurn(seed, one, order.unpromised === true) }))
    .filter(({ cells }) => cells.length > 0)
  const make = canaryMaker(seed)
  let made = 0
  for (let round = 0; ; round += 1) {
    const before = made
    for (const { one, cells } of rows) {
      const cell = cells[round % cells.length]
      if (cell === undefined || round >= cells.length * perCell) continue
      if (made >= count) return
      yield make(one, cell, round)
      made += 1
    }
    if (made === before) return
  }
}

/** Makes a class's canary for a cell; no two that it makes have the same secret. @throws Error when the class has no more */
export function canaryMaker(seed: number): (one: CanaryClass, cell: Cell, round: number) => Canary {
  const seen = new Set<string>()
  return (one, cell, round) => makeCanary(seed, one, cell, round, seen)
}

/** How many of a class's first canaries are spread over encodings and positions evenly. */
const SPREAD = 40

/** All cells in an order of chance; but first those whose encoding and position had the fewest turns, so that few canaries show much. */
function inTurn(seed: number, one: CanaryClass, unpromised: boolean): Cell[] {
  const cells = unpromised ? unpromisedCells(one) : promisedCells(one)
  const left = stream(seed, `canary/${one.id}/cells`).helpers.shuffle(cells)
  const turns = new Map<string, number>()
  const turnsOf = ({ encoding, position }: Cell) => (turns.get(encoding) ?? 0) + 3 * (turns.get(position) ?? 0)
  const order: Cell[] = []
  while (left.length > 0 && order.length < SPREAD) {
    const next = left.reduce((best, cell) => (turnsOf(cell) < turnsOf(best) ? cell : best))
    left.splice(left.indexOf(next), 1)
    for (const one of [next.encoding, next.position]) turns.set(one, (turns.get(one) ?? 0) + 1)
    order.push(next)
  }
  return [...order, ...left]
}

/** So many draws without a new secret, and the class has no more. */
const ATTEMPTS = 500

function makeCanary(seed: number, one: CanaryClass, cell: Cell, round: number, seen: Set<string>): Canary {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const draw = new Draw(stream(seed, `canary/${one.id}/${cell.encoding}/${round}/${attempt}`))
    const fragment = one.build(draw)
    // The hash is shorter than most secrets.
    const mark = createHash('sha256').update(fragment.secret).digest('base64').slice(0, 12)
    if (seen.has(mark)) continue
    seen.add(mark)
    const context = contextOf(one, cell, draw)
    const { encoding, position } = cell
    return {
      id: `${one.id}/${encoding}/${position}/${round}`,
      class: one.id,
      kind: one.kind,
      encoding,
      position,
      context,
      ...wrapped(fragment, cell, context, draw.int(0, 11)),
      secret: fragment.secret,
      also: [...(fragment.also ?? []), ...tailOf(one, fragment)],
      ...(fragment.key === undefined ? {} : { key: fragment.key }),
    }
  }
  throw new Error(`${one.id} makes no more canaries that differ`)
}

function contextOf(one: CanaryClass, { encoding, position }: Cell, draw: Draw): Context {
  if (one.keyed || isName(position)) return 'bare'
  // There the whole text is JSON already, as deep as the encoding says.
  const isDeep = jsonDepth(encoding) > 0 || isJson(position)
  const fitting = contextsOf(one.form).filter((context) => !(isDeep && context === 'json'))
  return fitting[draw.int(0, fitting.length - 1)] ?? 'prose'
}

/** Lossy encodings leave nothing of the fragment that could be told apart. */
const OPAQUE: readonly Encoding[] = ['base64', 'hex', 'utf16', 'zero-width']

function wrapped(
  fragment: Fragment,
  cell: Cell,
  context: Context,
  turn: number,
): Pick<Canary, 'text' | 'rest' | 'keep'> {
  const { encoding, position } = cell
  if (encoding === 'split') {
    const middle = fragment.text.indexOf(fragment.secret) + Math.ceil(fragment.secret.length / 2)
    return { text: fragment.text.slice(0, middle), rest: fragment.text.slice(middle), keep: [] }
  }
  const around = surround(context, encode(encoding, fragment.text), turn)
  const depth = Math.max(jsonDepth(encoding), isJson(position) ? 1 : 0)
  let text = around.text
  for (let level = 0; level < depth; level += 1)
    text = level % 2 === 0 ? JSON.stringify({ command: text, timeout: 120_000 }) : JSON.stringify([text])
  const own = OPAQUE.includes(encoding) ? [] : (fragment.keep ?? [])
  const escapes = depth + (context === 'json' ? 1 : 0)
  const keep = [...own.map((part) => encodePart(encoding, part)), ...around.keep]
  return { text, keep: [...new Set(keep.map((part) => jsonEscaped(part, escapes)))] }
}

/** The end of a long secret: a rule that stops early leaves it, and the whole would not be found. */
function tailOf(one: CanaryClass, { secret, also = [] }: Fragment): string[] {
  if (one.kind !== 'format' && one.kind !== 'named') return []
  return secret.length < 24 || /\s/.test(secret) || also.some((part) => secret.endsWith(part))
    ? []
    : [secret.slice(-12)]
}
