// What must be stored of a generated session, with identities hashed under the salt that all datasets share.
import type { ExpectedLog, ExpectedPoint, StoredText } from '../../generators/batch.ts'
import type { Session } from '../../generators/sessions/session.ts'
import { storedText } from '../experiment/ledger.ts'

/** No secret: nobody whom it hashes exists. With one salt for all, a query answers the same wherever a dataset is loaded. */
export const DATASET_SALT = 'telemetry-proof dataset'

type Texts = Readonly<Record<string, string>>
type AsTexts<T> = Omit<T, 'resource' | 'attributes'> & { readonly resource: Texts; readonly attributes: Texts }
export type StoredLog = AsTexts<Omit<ExpectedLog, 'body'>> & { readonly body: string }
export type StoredPoint = AsTexts<ExpectedPoint>

/** In the order of the session; what the policy excludes is not in it. */
export interface SessionRecords {
  readonly logs: readonly StoredLog[]
  readonly points: readonly StoredPoint[]
}

export function recordsOf(session: Session): SessionRecords {
  return {
    logs: session.events.flatMap(({ expected }) =>
      expected.fate === 'exclude' ? [] : [{ ...expected, ...mapsOf(expected), body: asStored(expected.body) }],
    ),
    points: session.metrics.flatMap(({ expected }) =>
      expected.flatMap((point) => (point.fate === 'exclude' ? [] : [{ ...point, ...mapsOf(point) }])),
    ),
  }
}

const hashes = new Map<string, string>()
const MOST_HASHES = 10_000

/** The text as it is stored. */
export function asStored(text: StoredText): string {
  if (typeof text === 'string') return text
  const known = hashes.get(text.hashOf)
  if (known !== undefined) return known
  const hash = storedText(text, DATASET_SALT)
  if (hashes.size < MOST_HASHES) hashes.set(text.hashOf, hash)
  return hash
}

function mapsOf({ resource, attributes }: Pick<ExpectedLog, 'resource' | 'attributes'>) {
  return { resource: textsOf(resource), attributes: textsOf(attributes) }
}

export function textsOf(map: Readonly<Record<string, StoredText>>): Texts {
  return Object.fromEntries(Object.entries(map).map(([key, text]) => [key, asStored(text)]))
}
