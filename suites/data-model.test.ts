// Holds docs/data-model.md to the schema: every column, the order of who wins, and how error_type is derived.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'

const read = (path: string) => readFile(join(projectRoot, path), 'utf8')
const document = await read('docs/data-model.md')
const events = await read('stack/clickhouse/schema/005-events.sql')
const metrics = await read('stack/clickhouse/schema/006-metrics.sql')

/** The text between a heading and the next. */
function section(heading: string): string {
  return document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
}

function columnsOf(sql: string, table: string): string[] {
  const body = sql.split(`CREATE TABLE IF NOT EXISTS telemetry.${table}\n(`)[1]?.split('\n)\nENGINE')[0] ?? ''
  return [...body.matchAll(/^ {4}(\w+) +\S/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'INDEX')
}

function documented(heading: string): string[] {
  return [...section(heading).matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] ?? '')
}

test.each([
  ['telemetry_events', events],
  ['telemetry_metrics', metrics],
])('names every column of %s, in its order', (view, sql) => {
  const columns = columnsOf(sql, `${view}_rows`)
  expect(columns.length).toBeGreaterThan(25)
  expect(documented(view)).toEqual(columns)
})

test.each([
  ['telemetry_events', events],
  ['telemetry_metrics', metrics],
])('tells who wins as the view behind %s decides', (_view, sql) => {
  const decided = new Map(
    [...sql.matchAll(/telemetry_either\((\w+), \w+, '([\w.]+)'\) AS/g)].map((match) => [
      match[2],
      match[1] === 'attributes' ? 'record' : 'resource',
    ]),
  )
  const told = new Map(
    [...section('Which value wins').matchAll(/^\| `([\w.]+)` \| (\w+) \|/gm)].map((match) => [match[1], match[2]]),
  )
  expect([...told].sort()).toEqual([...decided].sort())
})

test('derives error_type as the schema does, in the same order', () => {
  const decided = [...events.matchAll(/^ +(?:status|match)\b[^\n]*, '(\w+)',$/gm)].map((match) => match[1])
  const told = [...section('error_type').matchAll(/^\| (?:status|no such)[^\n]* \| `(\w+)` \|$/gm)].map(
    (match) => match[1],
  )
  expect(decided.length).toBeGreaterThan(10)
  expect(told).toEqual(decided)
})
