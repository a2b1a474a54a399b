// What is taken apart, and which queries show it: the catalogue, the views that it reads, and what fills their tables.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { queryNames } from '../../../stack/query/query.ts'
import { type Mutant, mutantsOf } from '../../mutation/mutants.ts'
import { type Statement, statementsOf } from '../../mutation/sql/statements.ts'
import { POINTS } from './points-query.ts'

export interface Part {
  /** What the ids of its mutants begin with. */
  readonly name: string
  /** How a mutant takes its place: asked itself, made instead of what is there, or made and all records inserted anew. */
  readonly way: 'ask' | 'make' | 'insert'
  readonly sql: string
  /** The queries that may show it. */
  readonly queries: readonly string[]
  readonly mutants: readonly Mutant[]
}

const VIEWS: readonly (readonly [file: string, name: string])[] = [
  ['007-queries.sql', 'telemetry_events'],
  ['007-queries.sql', 'telemetry_metrics'],
  ['008-audit.sql', 'policy_audit'],
  ['010-counters.sql', 'telemetry_counters'],
]

export interface Fillings {
  readonly logs: string
  readonly points: string
}

/** Of those that what fills the tables is made up of. Not the list of names: the ground of names holds each of them to the oracle as it is. */
const FILLING = [
  ...['telemetry_text', 'telemetry_either', 'telemetry_int', 'telemetry_float', 'telemetry_bool'],
  ...['telemetry_plain', 'telemetry_if_plain', 'telemetry_everything', 'telemetry_percentage'],
]

/** Of those that queries call themselves: a question takes them as they are then. */
const ASKED = ['telemetry_scaled']

/** @param stackDirectory of the stack that is taken apart */
export async function partsOf(stackDirectory: string): Promise<Part[]> {
  const names = await queryNames(stackDirectory)
  const queries = await Promise.all(
    names.map(async (name): Promise<Part> => {
      const sql = await readFile(join(stackDirectory, 'clickhouse/queries', `${name}.sql`), 'utf8')
      const part = `queries/${name}.sql`
      return { name: part, way: 'ask', sql, queries: [name], mutants: mutantsOf(part, sql) }
    }),
  )
  const views = await Promise.all(
    VIEWS.map(async ([file, name]) => ({ file, ...(await statement(stackDirectory, file, name)) })),
  )
  const made = views.map(({ file, name, sql }): Part => {
    const part = `schema/${file}#${name}`
    const shown = [name, ...views.filter((other) => reads(other.sql, name)).map((other) => other.name)]
    const asked = queries
      .filter((query) => shown.some((view) => reads(query.sql, view)))
      .flatMap((query) => query.queries)
    if (name === 'telemetry_metrics') asked.push(POINTS)
    return { name: part, way: 'make', sql, queries: asked, mutants: mutantsOf(part, sql) }
  })
  const functions = await Promise.all(
    [...ASKED, ...FILLING].map(async (name): Promise<Part> => {
      const { sql } = await statement(stackDirectory, '002-functions.sql', name)
      const part = `schema/002-functions.sql#${name}`
      const mutants = mutantsOf(part, sql)
      if (FILLING.includes(name)) return { name: part, way: 'insert', sql, queries: names, mutants }
      const callers = queries.filter((query) => query.sql.includes(`${name}(`)).flatMap((query) => query.queries)
      return { name: part, way: 'make', sql, queries: callers, mutants }
    }),
  )
  return [...queries, ...made, ...functions]
}

/** Statements that give what fills the tables the functions of now: where a function is used, it is written out. */
export async function fillings(stackDirectory: string): Promise<Fillings> {
  const filling = async (file: string, name: string) => {
    const { sql } = await statement(stackDirectory, file, name)
    return sql.replace(/^CREATE MATERIALIZED VIEW.*$/m, `ALTER TABLE telemetry.${name} MODIFY QUERY`)
  }
  return {
    logs: await filling('004-log-records.sql', 'log_records_mv'),
    points: await filling('005-metric-points.sql', 'metric_points_mv'),
  }
}

function reads(sql: string, view: string): boolean {
  return new RegExp(`telemetry\\.${view}\\b`).test(sql.replace(/^CREATE.*$/m, ''))
}

async function statement(stackDirectory: string, file: string, name: string): Promise<Statement> {
  const all = statementsOf(await readFile(join(stackDirectory, 'clickhouse/schema', file), 'utf8'))
  const found = all.find((one) => one.name === name && one.makes !== 'other')
  if (found === undefined) throw new Error(`${file} makes no ${name}`)
  return found
}
