// The cells of the grid class x encoding x position: which of them make sense for a class.
import {
  type CanaryClass,
  type Encoding,
  type Position,
  positions,
  promisedEncodings,
  unpromisedEncodings,
} from './model/canary.ts'

export interface Cell {
  readonly encoding: Encoding
  readonly position: Position
}

/** Positions that hold a name: nothing stands around it, and it has one line. */
const NAMES: readonly Position[] = ['attribute key', 'scope name', 'metric name', 'severity text']
/** Positions whose texts have keys that the sender chooses. */
const KEYED: readonly Position[] = [
  'attribute',
  'nested map',
  'resource attribute',
  'scope attribute',
  'data point attribute',
  'exemplar attribute',
]
/** Positions whose texts are JSON. */
const JSON_TEXTS: readonly Position[] = ['tool_input', 'tool_parameters']
/** Positions whose texts become JSON at rest, one level deeper than they were sent. */
const NESTED: readonly Position[] = ['nested map', 'nested array']
const UNPROMISED_AT: readonly Position[] = ['prompt', 'body', 'attribute', 'bytes value']

export function isName(position: Position): boolean {
  return NAMES.includes(position)
}

export function isJson(position: Position): boolean {
  return JSON_TEXTS.includes(position)
}

/** The cells of a class that the policy promises something about. */
export function promisedCells(one: CanaryClass): Cell[] {
  // A value under a telling key is the value itself: encoded it would be another value.
  if (one.keyed)
    // Names of attributes tell who somebody is; inside a map they are no attributes.
    return KEYED.filter((position) => one.kind !== 'identity' || !NESTED.includes(position)).map((position) => ({
      encoding: 'plain',
      position,
    }))
  return positions.flatMap((position) => {
    if (NESTED.includes(position))
      return promisedEncodings.filter((encoding) => encoding !== 'json3').map((encoding) => ({ encoding, position }))
    if (!isName(position)) return promisedEncodings.map((encoding) => ({ encoding, position }))
    return one.form === 'block' ? [] : (['plain', 'url'] as const).map((encoding) => ({ encoding, position }))
  })
}

/** The cells that are measured apart. */
export function unpromisedCells(one: CanaryClass): Cell[] {
  if (one.keyed) return []
  return UNPROMISED_AT.flatMap((position) =>
    unpromisedEncodings
      // Halves need a second attribute beside the first.
      .filter((encoding) => encoding !== 'split' || position === 'attribute')
      .map((encoding) => ({ encoding, position })),
  )
}
