// Holds what queries answer on a ground against the oracle, the unmutated ones first: only what the change does is held against a mutant.
import { messageOf, UserError } from '../../../core/errors.ts'
import { parametersOf } from '../../../stack/query/query.ts'
import { firstDifference, type Got } from '../../judge/catalogue/compare.ts'
import type { Answer } from '../../judge/catalogue/costs.ts'
import type { Row } from '../../judge/catalogue/rows.ts'
import { parametersFor, type Roles, replace } from '../query-catalogue/asking.ts'
import type { Ground } from './ground.ts'
import { outOfOrder, traceOrder } from './trace-order.ts'

export type Oracle = Readonly<Record<string, Answer>>

/** What a text that was asked is: as the oracle, not as the oracle, or without an answer. */
export type Finding =
  | { readonly kind: 'equal' }
  | { readonly kind: 'different'; readonly how: string }
  | { readonly kind: 'invalid'; readonly how: string }
  | { readonly kind: 'timed out' }

/** JSON would show what is no number as NULL, and so would hide that a query does not give NULL. */
const NOTHING_HIDDEN = 'SETTINGS output_format_json_quote_denormals = 1'

export class Court {
  readonly roles: Roles
  readonly #oracle: Oracle
  readonly #originals: ReadonlyMap<string, string>
  readonly #expected = new Map<string, readonly Row[]>()
  readonly #passed = new Map<string, Promise<void>>()
  readonly #orders = new Map<string, Promise<string[]>>()
  #ground: Ground | undefined

  /** @param originals the text of each query */
  constructor(roles: Roles, originals: ReadonlyMap<string, string>, oracle: Oracle) {
    this.roles = roles
    this.#originals = originals
    this.#oracle = oracle
  }

  /** Puts the ground's records in the place of all that there are. Copies stay beside what they are copies of. */
  async enter(ground: Ground): Promise<void> {
    this.#ground = ground
    const { sent, hidden } = ground
    for (const table of ['log_records', 'metric_points'])
      await this.roles.admin.run(`SYSTEM STOP MERGES telemetry.${table}`)
    const all = { ...sent, logs: [...hidden.logs, ...sent.logs], points: [...hidden.points, ...sent.points] }
    await replace(this.roles, all, hidden.gauges)
    for (const { signal, rule, arrivedMs } of ground.counted ?? [])
      await this.roles.admin.run(
        'INSERT INTO telemetry.policy_audit_before SELECT {day:Date}, {signal:String}, {rule:String}, 1',
        { day: new Date(arrivedMs).toISOString().slice(0, 10), signal, rule },
      )
  }

  /** @throws UserError when the unmutated query's answer is not the oracle's: then there is nothing to try mutants against */
  passes(query: string, asked: number): Promise<void> {
    const key = this.#key(query, asked)
    const before = this.#passed.get(key)
    if (before !== undefined) return before
    const passing = this.find(query, asked, this.#originals.get(query) ?? '').then((finding) => {
      if (finding.kind !== 'equal')
        throw new UserError(`unmutated, ${key}: ${'how' in finding ? finding.how : finding.kind}`)
    })
    this.#passed.set(key, passing)
    return passing
  }

  /** @param sql asked in the place of the query; the query itself when it is left out */
  async find(query: string, asked: number, sql = this.#originals.get(query) ?? ''): Promise<Finding> {
    try {
      const got = await this.#ask(sql, asked)
      const difference =
        firstDifference(query, this.#rows(query, asked), got) ?? (await this.#unordered(query, asked, got))
      return difference === undefined ? { kind: 'equal' } : { kind: 'different', how: difference.split('\n')[0] ?? '' }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const how = messageOf(error).replace(/^.*?: /, '')
      if (/timeout/i.test(how)) return { kind: 'timed out' }
      // What cannot even be planned is wrong whatever is stored.
      const plan = await this.#ask(`EXPLAIN ${sql}`, asked).catch(() => undefined)
      return { kind: plan === undefined ? 'invalid' : 'different', how }
    }
  }

  async #ask(sql: string, asked: number): Promise<Got[]> {
    const all: Record<string, string> = parametersFor(this.#asked(asked))
    const named = parametersOf(sql).map(({ name }) => [name, all[name]])
    return this.roles.analyst.rows<Got>(`${sql}\n${NOTHING_HIDDEN}`, Object.fromEntries(named))
  }

  /** The oracle leaves the order of some rows open; the contract does not. */
  async #unordered(query: string, asked: number, got: readonly Got[]): Promise<string | undefined> {
    if (query !== 'session-trace') return undefined
    const key = this.#key(query, asked)
    const order = this.#orders.get(key) ?? traceOrder(this.roles.analyst, this.#asked(asked).session)
    this.#orders.set(key, order)
    return outOfOrder(await order, got)
  }

  #asked(asked: number) {
    const found = this.#ground?.asked[asked]
    if (found === undefined) throw new Error(`${this.#ground?.name ?? 'no ground'} is not asked ${asked}`)
    return found
  }

  #key(query: string, asked: number): string {
    return `${this.#ground?.name}/${asked} ${query}`
  }

  #rows(query: string, asked: number): readonly Row[] {
    const key = this.#key(query, asked)
    const rows = this.#expected.get(key) ?? this.#oracle[query]?.(this.#sent, this.#asked(asked)) ?? []
    this.#expected.set(key, rows)
    return rows
  }

  get #sent() {
    return this.#ground?.sent ?? { logs: [], points: [], arrivedMs: 0 }
  }
}
