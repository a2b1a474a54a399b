// Holds what a stack answers against what the manifest of a dataset says that it must.
import type { Database } from '../../stack/clickhouse/database.ts'
import { runQuery } from '../../stack/query/query.ts'
import { windowParameters } from '../../stack/query/window.ts'
import { firstDifference, type Got } from '../judge/catalogue/compare.ts'
import { readRows } from './answers.ts'
import type { Answers, Manifest } from './manifest.ts'

export interface Difference {
  readonly answers: string
  readonly query: string
  readonly text: string
}

export type Ask = (query: string, parameters: Readonly<Record<string, string>>) => Promise<Got[]>

/** Asks as `npm run query` does. */
export function askStack(database: Database, stackDirectory: string): Ask {
  return (query, parameters) => runQuery<Got>(database, stackDirectory, query, parameters)
}

/** Every query of every window that differs, by its first difference. */
export async function differencesFrom({ answers }: Manifest, ask: Ask): Promise<Difference[]> {
  const found: Difference[] = []
  for (const each of answers) {
    const parameters = parametersOf(each)
    for (const [query, rows] of Object.entries(each.queries)) {
      const text = firstDifference(query, readRows(rows), await ask(query, parameters))
      if (text !== undefined) found.push({ answers: each.name, query, text })
    }
  }
  return found
}

function parametersOf({ parameters: { from, to, tz, ...rest } }: Answers): Record<string, string> {
  const window = windowParameters({ fromMs: Date.parse(from), toMs: Date.parse(to), tz })
  return { ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])), ...window }
}
