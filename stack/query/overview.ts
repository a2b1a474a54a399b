// What a lead asks first, on one screen: the totals of a time, and who, what and when the money went to.
import type { Database } from '../clickhouse/database.ts'
import { runQuery } from './query.ts'
import { type Row, type Showing, show } from './show.ts'
import { localTime, type Window } from './window.ts'

/** How many rows of each part: the rest is one command away, which is said. */
const SHOWN = 5
const DAYS_SHOWN = 31

interface Part {
  readonly query: string
  readonly title: string
  readonly columns: readonly string[]
  readonly shown?: number
}

const PARTS: readonly Part[] = [
  { query: 'cost-by-day', title: 'By day', columns: ['day', 'cost_usd', 'requests', 'sessions'], shown: DAYS_SHOWN },
  { query: 'cost-by-user', title: 'By person', columns: ['user_id', 'cost_usd', 'requests', 'sessions'] },
  { query: 'cost-by-model', title: 'By model', columns: ['model', 'cost_usd', 'requests', 'output_tokens'] },
  { query: 'cost-by-branch', title: 'By branch', columns: ['git_branch', 'cost_usd', 'requests', 'sessions'] },
  { query: 'error-patterns', title: 'API errors', columns: ['error_type', 'occurrences', 'sessions'] },
]

/** As JSON: the rows of each query by its name, whole. Else a text for people. */
export async function overview(
  database: Database,
  stackDirectory: string,
  window: Window,
  given: Readonly<Record<string, string>>,
  showing: Showing,
): Promise<string> {
  const answers = new Map<string, readonly Row[]>()
  for (const query of ['overview', ...PARTS.map((part) => part.query)])
    answers.set(query, await runQuery<Row>(database, stackDirectory, query, given))
  if (showing.format === 'json') return JSON.stringify(Object.fromEntries(answers), null, 2)
  const [totals = {}] = answers.get('overview') ?? []
  const parts = PARTS.map((part) => partText(part, answers.get(part.query) ?? [], showing)).filter(
    (text) => text !== '',
  )
  return [
    `${localTime(window.fromMs, window.tz)} to ${localTime(window.toMs, window.tz)} (${window.tz})`,
    totalsText(totals, showing),
    ...parts,
  ].join('\n\n')
}

function partText({ query, title, columns, shown = SHOWN }: Part, rows: readonly Row[], showing: Showing): string {
  if (rows.length === 0) return ''
  const kept = query === 'cost-by-day' ? rows.slice(-shown) : rows.slice(0, shown)
  const more = rows.length > kept.length ? ` (${kept.length} of ${rows.length}; all: npm run query -- ${query})` : ''
  const picked = kept.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))
  return `${title}${more}\n${show(picked, { ...showing, ...(columns.includes('cost_usd') ? { bars: 'cost_usd' } : {}) })}`
}

/** In two rows of what belongs together, so that they fit a small terminal. */
function totalsText(totals: Row, showing: Showing): string {
  const pick = (...names: string[]) => show([Object.fromEntries(names.map((name) => [name, totals[name]]))], showing)
  return [
    pick('cost_usd', 'requests', 'sessions', 'users', 'errors'),
    pick('output_tokens', 'cache_read_tokens', 'tool_calls', 'tool_failures'),
    pick('commits', 'pull_requests', 'active_seconds', 'unpriced'),
  ].join('\n\n')
}
