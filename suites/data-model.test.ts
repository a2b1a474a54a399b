// Holds docs/data-model.md to the schema: tables, columns with type and source, which value wins, and how error_type is derived.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { argumentsOf, splitList } from './testing/sql-text.ts'

const schemaDirectory = join(projectRoot, 'stack/clickhouse/schema')
const files = (await readdir(schemaDirectory)).filter((name) => name.endsWith('.sql')).sort()
const schema = (await Promise.all(files.map((name) => readFile(join(schemaDirectory, name), 'utf8')))).join('\n')
const document = await readFile(join(projectRoot, 'docs/data-model.md'), 'utf8')

const VIEWS = ['telemetry_events', 'telemetry_metrics'] as const
type View = (typeof VIEWS)[number]
/** The table behind a view, which holds more columns than the view shows. */
const TABLE: Readonly<Record<View, string>> = { telemetry_events: 'log_records', telemetry_metrics: 'metric_points' }

/**
 * Columns whose expression has no form of its own: what the schema computes and what the document says of it. Who changes one
 * of the two finds the other here.
 */
const SINGULAR: Readonly<Record<View, Readonly<Record<string, readonly [sql: string, source: string]>>>> = {
  telemetry_events: {
    event_id: ['event_id', 'identity, see below'],
    timestamp: ['timestamp', "the record's time, else its observed time, else when it came"],
    event_type: [
      "if(excluded, '', type)",
      '`event.name`, else the OTLP EventName, else the body; without `claude_code.`',
    ],
    prompt_tokens_estimated: [
      'if(prompt_length >= 0, intDiv(prompt_length, 4) + (prompt_length % 4 > 0), NULL)',
      'an estimate: `prompt_length` / 4, rounded up; the client never sends it',
    ],
    tokens: [
      'if(coalesce(tokens_in, tokens_out, tokens_read, tokens_created) IS NULL, NULL, ' +
        'ifNull(tokens_in, 0) + ifNull(tokens_out, 0) + ifNull(tokens_read, 0) + ifNull(tokens_created, 0))',
      'input + output + cache read + cache creation; NULL when none of them was sent',
    ],
    attributes: ['attributes', 'every attribute of the record, as text, masked'],
    resource_attributes: ['resource_attributes', 'every attribute of the resource, masked'],
    received_at: ['received_at', 'when ClickHouse took the row'],
    sampling_percentage: [
      'sampling_percentage',
      'the share of sessions that was stored when the event came; 100 for an event without a session',
    ],
    weight: ['', '100 / `sampling_percentage`: for how many events it stands'],
    impossible_time: ['', 'whether `timestamp` is from before 2020, or later than `received_at` by more than a day'],
  },
  telemetry_metrics: {
    event_id: ['event_id', 'identity, see below'],
    timestamp: ['timestamp', "the data point's time, else when it came"],
    start_timestamp: [
      "nullIf(start_time, toDateTime64(0, 9, 'UTC'))",
      "the data point's start; NULL when none was sent",
    ],
    metric_name: [String.raw`replaceRegexpOne(name, '^claude_code\\.', '')`, 'the name without `claude_code.`'],
    unit: ['unit', 'the unit'],
    kind: ['kind', commentOf('metric_points', 'kind')],
    temporality: ['temporality', commentOf('metric_points', 'temporality')],
    value: [
      'if(isFinite(sent_value), sent_value, NULL)',
      'of a sum or gauge; NULL for other kinds, when it is no finite number, and when the point says that it has none',
    ],
    detail: ['detail', 'the numbers of the other kinds, as text'],
    attributes: ['attributes', 'every attribute of the data point, as text, masked'],
    resource_attributes: ['resource_attributes', 'every attribute of the resource, masked'],
    received_at: ['received_at', 'when ClickHouse took the row'],
  },
}

/** The text between a heading of the document and the next. */
function section(heading: string): string {
  const text = document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0]
  if (text === undefined) throw new Error(`docs/data-model.md has no section ${heading}`)
  return text
}

/** The rows of the table below a heading, without its head; `\|` in a cell is a bar. */
function tableRows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  )
}

function bare(cell = ''): string {
  return /^`([^`]+)`$/.exec(cell)?.[1] ?? `not in backticks: ${cell}`
}

/** The columns of a table as the schema defines them: name, type, comment. */
function columnsOf(table: string): { name: string; type: string; comment: string }[] {
  const body = schema.split(`CREATE TABLE IF NOT EXISTS telemetry.${table}\n(`)[1]?.split('\n)\nENGINE')[0] ?? ''
  return splitList(body).flatMap((item) => {
    const [, name = '', type = '', comment = ''] =
      /^(\w+) (.+?)(?: (?:DEFAULT|ALIAS) .+?)?(?: COMMENT '([^']*)')?$/.exec(item) ?? []
    return name === 'INDEX' ? [] : [{ name, type, comment }]
  })
}

function commentOf(table: string, column: string): string {
  return columnsOf(table).find(({ name }) => name === column)?.comment ?? ''
}

/** The columns that a view shows. */
function shownBy(view: View): string[] {
  return splitList(
    schema.split(`CREATE OR REPLACE VIEW telemetry.${view} `)[1]?.split('SELECT\n')[1]?.split('\nFROM')[0] ?? '',
  )
}

interface Select {
  /** Column → expression, with the aliases of WITH filled in where one is the whole expression. */
  readonly columns: ReadonlyMap<string, string>
  readonly aliases: ReadonlyMap<string, string>
  readonly text: string
}

/** What the materialized view behind a view selects. */
function selectOf(view: View): Select {
  const text = schema.split(`MATERIALIZED VIEW IF NOT EXISTS telemetry.${TABLE[view]}_mv `)[1]?.split(';\n')[0] ?? ''
  // The outer of the nested queries: the inner ones mask.
  const [, head = '', list = ''] = /^.*? AS\n(?:WITH\n(.*?)\n)?SELECT\n(.*?)\nFROM\n/s.exec(text) ?? []
  const aliases = new Map(splitList(head).map(named))
  const columns = new Map(
    splitList(list)
      .map(named)
      .map(([name, expression]) => [name, aliases.get(expression) ?? expression] as const)
      // Too long to be told in a cell.
      .map(([name, expression]) => [name, expression.startsWith('reinterpretAsUUID(sipHash128(') ? name : expression]),
  )
  return { columns, aliases, text }
}

function named(item: string): [name: string, expression: string] {
  const [, expression, name] = /^(.*) AS (\w+)$/.exec(item) ?? []
  return expression === undefined || name === undefined ? [item, item] : [name, expression]
}

/** What the document has to say of an expression; undefined when the expression has no form that is known here. */
function sourceOf(expression: string): string | undefined {
  const [number] = argumentsOf('telemetry_int', expression) ?? argumentsOf('telemetry_float', expression) ?? []
  if (number !== undefined) return `${sourceOf(number)}${number.startsWith('telemetry_either(') ? ', as a number' : ''}`
  const [flag] = argumentsOf('telemetry_bool', expression) ?? []
  if (flag !== undefined) return `${sourceOf(flag)}, from "true" and "false", in any letter case`
  const choices = argumentsOf('coalesce', expression)
  if (choices) return choices.map(sourceOf).join(', else ')
  const [either, , key] = /^telemetry_either\((\w+), (\w+), '([\w.]+)'\)$/.exec(expression)?.slice(1) ?? []
  if (either !== undefined)
    return `\`${key}\` (${either === 'attributes' ? 'record, else resource' : 'resource, else record'})`
  const [map, attribute] = /^telemetry_text\((\w+), '([\w.]+)'\)$/.exec(expression)?.slice(1) ?? []
  if (attribute !== undefined) return `${map === 'attributes' ? '' : "the resource's "}\`${attribute}\``
  if (expression === "nullIf(toString(scope_version), '')") return "the scope's version"
  const [condition = '', yes = '', no = ''] = argumentsOf('if', expression) ?? []
  const [, event] = /^type = '(\w+)'$/.exec(condition) ?? []
  return event === undefined ? undefined : `${sourceOf(yes)} on ${event}, ${sourceOf(no)} on the others`
}

test('names every table and view, and no other', () => {
  const made = [...schema.matchAll(/^CREATE (?:TABLE IF NOT EXISTS|OR REPLACE VIEW) telemetry\.(\w+)/gm)].map(
    (match) => match[1] ?? '',
  )
  expect(made.length).toBeGreaterThan(10)
  const told = [...(document.split('\n## ')[0] ?? '').matchAll(/^\| (`.*?`) \|/gm)].flatMap((match) =>
    (match[1] ?? '').split(', ').map(bare),
  )
  const landing = (name: string) => (name.startsWith('landing_') ? 'landing_*' : name)
  expect(told.sort()).toEqual([...new Set(made.map(landing))].sort())
})

test.each(VIEWS)('names every column of %s with its type, in the order of the table', (view) => {
  const defined = columnsOf(TABLE[view]).map(({ name, type }) => [name, type])
  expect(defined.length).toBeGreaterThan(25)
  const shown = tableRows(section(view)).map(([name, type]) => [bare(name), bare(type)])
  expect(shown).toEqual(defined.slice(0, shown.length))
  expect(shown.map(([name]) => name)).toEqual(shownBy(view))
})

test.each(VIEWS)('tells for every column of %s where it comes from', (view) => {
  const { columns } = selectOf(view)
  const rows = tableRows(section(view)).filter(([name]) => bare(name) !== 'error_type')
  expect(shownBy(view).filter((name) => name !== 'error_type')).toEqual(rows.map(([name]) => bare(name)))
  const wanted = rows.map(([name]) => {
    const expression = columns.get(bare(name)) ?? ''
    const [sql = expression, source = sourceOf(expression)] = SINGULAR[view][bare(name)] ?? []
    return [name, expression === sql && source !== undefined ? source : `the schema has ${expression}`]
  })
  // A remark in plain words may follow a source that is spelled out by its form; it names no attribute.
  const told = rows.map(([name, , source = '']) => [
    name,
    bare(name) in SINGULAR[view] ? source : source.replace(/; [^`]*$/, ''),
  ])
  expect(told).toEqual(wanted)
})

test.each(VIEWS)('tells who wins as the view behind %s decides', (view) => {
  const decided = [...selectOf(view).text.matchAll(/telemetry_either\(\s*(\w+),\s*(\w+),\s*'([\w.]+)'\s*\)/g)].map(
    ([, first, second, key]) => {
      expect(new Set([first, second])).toEqual(new Set(['attributes', 'resource_attributes']))
      return `${key}: ${first === 'attributes' ? 'record' : 'resource'}`
    },
  )
  expect(decided.length).toBeGreaterThan(6)
  const told = tableRows(section('Which value wins')).map(([key, winner]) => `${bare(key)}: ${winner}`)
  expect(told).toEqual([...new Set(decided)])
})

test('derives error_type as the schema does: each condition, its result, and their order', () => {
  const { columns, aliases } = selectOf('telemetry_events')
  const steps = argumentsOf('multiIf', columns.get('error_type') ?? '') ?? []
  const decided: [string, string][] = []
  for (let at = 0; at + 1 < steps.length; at += 2)
    decided.push([conditionOf(steps[at] ?? ''), resultOf(steps[at + 1] ?? '')])
  decided.push(['anything else', resultOf(steps.at(-1) ?? '')])
  expect(steps.length % 2).toBe(1)
  expect(decided.length).toBeGreaterThan(15)
  expect(tableRows(section('error_type'))).toEqual(decided)
  expect(section('telemetry_events')).toContain(
    '| `error_type` | `LowCardinality(Nullable(String))` | derived, see below |',
  )
  // What the conditions look at.
  expect(aliases.get('status')).toBe("telemetry_int(telemetry_text(attributes, 'status_code'))")
  expect(aliases.get('error_text')).toBe("lower(ifNull(telemetry_text(attributes, 'error'), ''))")
  expect(section('error_type')).toContain('`error` and `status_code`')
  expect(section('error_type')).toContain('in lower case')
})

function conditionOf(sql: string): string {
  const [, status] = /^status = (\d+)$/.exec(sql) ?? []
  if (status !== undefined) return `status ${status}`
  const [from, beyond] = /^status >= (\d+) AND status < (\d+)$/.exec(sql)?.slice(1) ?? []
  if (from !== undefined) return `status ${from} to ${Number(beyond) - 1}`
  const [, pattern] = /^match\(error_text, '(.+)'\)$/.exec(sql) ?? []
  if (pattern !== undefined) return `no such status, error text matches \`${pattern}\``
  const [, attribute] = /^mapContains\(attributes, '(\w+)'\)$/.exec(sql) ?? []
  if (attribute !== undefined) return `the event has an attribute \`${attribute}\``
  const [one, other] = /^type NOT IN \('(\w+)', '(\w+)'\)$/.exec(sql)?.slice(1) ?? []
  return one === undefined ? `the schema has ${sql}` : `it is neither ${one} nor ${other}`
}

function resultOf(sql: string): string {
  if (sql === "attributes['error_type']") return 'that'
  return /^'\w+'$/.test(sql) ? sql.replaceAll("'", '`') : sql
}
