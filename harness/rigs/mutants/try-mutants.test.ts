// The trial of mutants on a database that is only played: what an oracle sees is killed, and an oracle that sees nothing kills nothing.
import { expect, test } from 'vitest'
import { UserError } from '../../../core/errors.ts'
import type { Database } from '../../../stack/clickhouse/database.ts'
import { type Killer, outcomeOf } from '../../mutation/fate.ts'
import { mutantsOf } from '../../mutation/mutants.ts'
import type { Roles } from '../query-catalogue/asking.ts'
import { Court, type Oracle } from './court.ts'
import { asking, type Ground } from './ground.ts'
import type { Part } from './parts.ts'
import { tryMutants } from './try-mutants.ts'

const SQL = 'SELECT a FROM t WHERE b = 1'
const ground: Ground = {
  name: 'played',
  sent: { logs: [], points: [], arrivedMs: 0 },
  hidden: { logs: [], points: [] },
  asked: [asking(), asking({ top: 1 })],
}
const part: Part = { name: 'q.sql', way: 'ask', sql: SQL, queries: ['q'], mutants: mutantsOf('q.sql', SQL) }
const oracle: Oracle = { q: () => [{ a: 7 }] }

/** Says 7 of what the query is, 8 of what compares otherwise; takes no query without a condition, and never answers another number. */
function played(log: string[] = []): Roles {
  const database: Database = {
    async rows<T>(sql: string) {
      log.push(sql)
      if (!sql.includes('WHERE')) throw new UserError('ClickHouse: Syntax error')
      if (sql.includes('= 2')) throw new UserError('ClickHouse: Timeout error.')
      return [{ a: sql.includes('!=') ? 8 : 7 }] as T[]
    },
    run: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
  return { admin: database, ingest: database, analyst: database }
}

function trial(roles: Roles, judge: Oracle, killers: ReadonlyMap<string, Killer> = new Map()) {
  const court = new Court(roles, new Map([['q', SQL]]), judge)
  return tryMutants({
    court,
    parts: [part],
    grounds: [ground],
    killers,
    fillings: { logs: '', points: '' },
    progress: () => {},
  })
}

test('a mutant is killed, survives, is not taken or takes too long', async () => {
  const fates = await trial(played(), oracle)
  expect([...fates].map(([id, { kind }]) => `${id} ${kind}`).sort()).toEqual([
    'q.sql:compare:1 killed',
    'q.sql:filter:1 invalid',
    'q.sql:number-down:1 survived',
    'q.sql:number-up:1 timed out',
  ])
  expect(fates.get('q.sql:compare:1')).toMatchObject({ by: { ground: 'played', asked: 0, query: 'q' } })
})

test('where the oracle expects whatever the query says, nothing is killed, and that is told', async () => {
  const anything: Oracle = { q: () => [] }
  const blind = played()
  const fates = await trial({ ...blind, analyst: { ...blind.analyst, rows: async () => [] } }, anything)
  expect([...fates.values()].every(({ kind }) => kind === 'survived')).toBe(true)
  expect(outcomeOf(fates, []).survivors).toEqual(part.mutants.map(({ id }) => id))
})

test('an original that is not as the oracle says ends the trial', async () => {
  await expect(trial(played(), { q: () => [{ a: 9 }] })).rejects.toThrow(
    'unmutated, played/0 q: row 0: a is 7 instead of 9',
  )
})

test('what killed it before is asked first, and what no longer kills is not believed', async () => {
  const log: string[] = []
  const before = new Map([
    ['q.sql:compare:1', { ground: 'played', asked: 1, query: 'q' }],
    ['q.sql:number-down:1', { ground: 'played', asked: 1, query: 'q' }],
  ])
  const fates = await trial(played(log), oracle, before)
  expect(fates.get('q.sql:compare:1')).toMatchObject({ kind: 'killed', by: { asked: 1 } })
  expect(fates.get('q.sql:number-down:1')).toEqual({ kind: 'survived' })
  expect(log.filter((sql) => sql.includes('!='))).toHaveLength(1)
})
