// A ground on which mutants are tried: a fixed dataset, and what is asked of it.
import type { Asked, Delivered, Masked, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'

export interface Ground {
  readonly name: string
  /** What the oracle reads. */
  readonly sent: Delivered
  /** What comes too, and must not be seen. */
  readonly hidden: {
    readonly logs: readonly SentLog[]
    readonly points: readonly SentPoint[]
    /** Seen, but counted by no counter. */
    readonly gauges?: readonly SentPoint[]
  }
  /** What the database was said to have counted of the last line before; `sent` has it too. */
  readonly counted?: readonly Masked[]
  readonly asked: readonly Asked[]
  /** The queries that are asked; all when it is left out. */
  readonly queries?: ReadonlySet<string>
  /** Small enough that all is inserted anew for a mutant of what fills the tables. */
  readonly isForInserts?: true
}

/** Everything that is there. */
const EVERYTHING: Asked = {
  fromMs: Date.parse('2024-01-01'),
  toMs: Date.parse('2026-01-01'),
  tz: 'UTC',
  user: '',
  chapter: '',
  branch: '',
  top: 20,
  days: 0,
  limit: 50,
  session: 's1',
}

/** What is asked, where it is not everything. */
export function asking(more: Partial<Asked> = {}): Asked {
  return { ...EVERYTHING, ...more }
}
