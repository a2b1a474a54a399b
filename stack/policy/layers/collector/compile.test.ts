// biome-ignore-all lint/suspicious/noTemplateCurlyInString: groups in replacements look like template strings
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Policy } from '../../policy.ts'
import { quoteRegex } from '../../quote-regex.ts'
import { applyPolicy, COMPILED } from '../apply.ts'
import { compilePolicy } from './compile.ts'

fc.configureGlobal({ seed: 1 })

const stack = join(import.meta.dirname, '../../..')
const excluding = {
  type: 'path_filter',
  patterns: ['*/a.b/*', '*/secret/*'],
  action: 'exclude',
} satisfies Policy['filters'][number]
const hashing: Policy['filters'][number] = {
  type: 'pii_hash',
  hash_algorithm: 'sha256',
  fields: ['user.email'],
  fields_if_address: ['user.id'],
}
const masking = {
  type: 'regex',
  match: 'text',
  pattern: '(a)b',
  unless: [],
  replacement: '${1}c',
} as const satisfies Policy['filters'][number]

const statements = z.array(z.object({ context: z.string(), statements: z.array(z.string()) }))
const groups = z.array(
  z.object({ context: z.string(), conditions: z.array(z.string()), statements: z.array(z.string()) }),
)
const compiledSchema = z.object({
  processors: z.object({
    'transform/exclude': z.object({ log_statements: groups, metric_statements: groups }),
    'filter/exclude': z.object({
      logs: z.object({ log_record: z.array(z.string()) }),
      metrics: z.object({ datapoint: z.array(z.string()) }),
    }),
    'transform/hash': z.object({ log_statements: statements, metric_statements: statements }),
    'transform/mask': z.object({ log_statements: statements, metric_statements: statements }),
  }),
})

function compile(...filters: Policy['filters']) {
  return compiledSchema.parse(parse(compilePolicy({ version: 1, filters }))).processors
}

/** The text of an OTTL literal, read as the collector does: first `$$`, then the escapes of a Go string. */
function readLiteral(literal: string): string {
  const expanded = literal.replaceAll('$$', () => '$')
  expect(expanded).toMatch(/^"(?:\\["\\n]|[^"\\\n])*"$/)
  return expanded.slice(1, -1).replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : String(escaped)))
}

const literals = (statement: string) => statement.match(/"(?:\\.|[^"\\])*"/gs) ?? []

describe('the compiled policy', () => {
  test('is the same whatever the order of the filters of different kinds', () => {
    expect(compilePolicy({ version: 1, filters: [masking, hashing, excluding] })).toBe(
      compilePolicy({ version: 1, filters: [excluding, hashing, masking] }),
    )
  })

  test('excludes, then hashes, then masks, in this order in every pipeline of every configuration', async () => {
    const pipelines = z.object({
      service: z.object({
        pipelines: z.record(
          z.string(),
          z.object({
            receivers: z.array(z.string()),
            processors: z.array(z.string()),
            exporters: z.array(z.string()),
          }),
        ),
      }),
    })
    const ours = ['transform/exclude', 'filter/exclude', 'transform/hash', 'transform/mask']
    for (const name of ['config.yaml', 'config.prometheus.yaml']) {
      const { service } = pipelines.parse(parse(await readFile(join(stack, 'collector', name), 'utf8')))
      for (const { receivers, processors, exporters } of Object.values(service.pipelines)) {
        // What is answered and dropped needs no policy, and what comes from another pipeline has been through it.
        if (exporters.every((exporter) => exporter === 'nop') || receivers.every((each) => each === 'forward')) continue
        expect(processors.filter((each) => ours.includes(each))).toEqual(ours)
      }
    }
  })

  test('keeps the order of the patterns', () => {
    const { 'transform/mask': mask } = compile(masking, { ...masking, pattern: 'second' })
    for (const { statements: each } of [...mask.log_statements, ...mask.metric_statements]) {
      const patterns = each
        .filter((text) => /^replace_all_patterns\((?:log|datapoint)\.attributes, "value"/.test(text))
        .map((text) => readLiteral(literals(text)[1] ?? ''))
        .filter((text) => !/[\uFDD0-\uFDD2]/.test(text))
      if (patterns.length > 0) expect(patterns).toEqual(['(a)b', 'second'])
    }
  })

  test('puts ids aside while it masks, and back behind it, in every context', () => {
    const { 'transform/mask': mask } = compile(masking)
    const masks = [...mask.log_statements, ...mask.metric_statements].filter(({ statements: each }) =>
      each.some((text) => /^replace_all_patterns\((?:log|datapoint)\.attributes, "value"/.test(text)),
    )
    expect(masks.map(({ context }) => context)).toEqual(['log', 'datapoint'])
    for (const { statements: each } of masks) {
      const masking = /^replace_all_patterns\((?:log|datapoint)\.attributes, "value"/
      const first = each.findIndex((text) => masking.test(text))
      const last = each.findLastIndex((text) => masking.test(text))
      expect(each.findIndex((text) => text.startsWith('delete_matching_keys('))).toBeLessThan(first)
      expect(each.findIndex((text) => text.includes('["ids"], "upsert"'))).toBeGreaterThan(last)
    }
  })

  test('runs a rule only where it may match: behind a search, or always when none is known', () => {
    const logs = (pattern: string) =>
      compile({ ...masking, pattern })['transform/mask'].log_statements.filter(({ context }) => context === 'log')
    const [gather, search, mask] = logs('(a)b')
    expect(gather?.statements).toContainEqual(
      expect.stringMatching(/^delete_key\(log\.attributes, "telemetry\.mask"\) where .*IsMatch/),
    )
    expect(search?.statements).toContain(
      'set(log.cache["rule1"], true) where log.cache["text"] == nil or ((IsMatch(log.cache["text"], "ab")))',
    )
    expect(
      mask?.statements.filter(
        (text) => text.startsWith('replace_') && text.includes('"value"') && text.includes('where'),
      ),
    ).toEqual([expect.stringMatching(/ where log\.cache\["rule1"\] == true$/)])
    expect(logs('(\\d)')[1]?.statements).toContain('set(log.cache["rule1"], true)')
  })

  test('hashes only what is there and is no hash yet; a user.id only when it is an address', () => {
    const { 'transform/hash': hash } = compile(hashing)
    const [email = '', id = ''] = hash.log_statements.at(-1)?.statements ?? []
    const notYet = (key: string, condition = '') =>
      `where log.attributes["${key}"] != nil and ${condition}not IsMatch(log.attributes["${key}"], "^(?:sha256:[0-9a-f]{64})$$")`
    expect(email).toContain(`SHA256(Concat(["\${env:TELEMETRY_HASH_SALT}", log.attributes["user.email"]], ""))`)
    expect(email.endsWith(notYet('user.email'))).toBe(true)
    expect(id.endsWith(notYet('user.id', 'IsMatch(log.attributes["user.id"], "@") and '))).toBe(true)
  })

  test('marks what touches a directory, in attributes and body, and leaves out what is marked', () => {
    const { 'transform/exclude': mark, 'filter/exclude': exclude } = compile(excluding)
    expect([...mark.log_statements, ...mark.metric_statements].map(({ context }) => context)).toEqual([
      'log',
      'datapoint',
    ])
    for (const [group, map] of [
      [mark.log_statements[0], 'log.attributes'],
      [mark.metric_statements[0], 'datapoint.attributes'],
    ] as const)
      expect(group?.statements.at(-1)).toContain(`set(${map}["telemetry.excluded"], true) where `)
    expect(mark.log_statements[0]?.statements[1]).toContain('String(log.body)')
    expect([...exclude.logs.log_record, ...exclude.metrics.datapoint]).toEqual([
      'log.attributes["telemetry.excluded"] == true',
      'datapoint.attributes["telemetry.excluded"] == true',
    ])
  })

  test('looks for directories only where a name is mentioned, in any letter case', () => {
    const patterns = ['*/Secret/*', '*/x/*', '*/a.b/*']
    const [attributes, body] =
      compile({ ...excluding, patterns })['transform/exclude'].log_statements[0]?.conditions ?? []
    const found = (text: string) =>
      `IsMatch(Concat(Split(Concat(Split(ToLowerCase(${text}), "secret"), "a.b"), "x"), "a.b"), "a\\\\.b")`
    expect(attributes).toBe(found('ToKeyValueString(log.attributes, "\\n", "\\n\\n")'))
    expect(body).toBe(`log.body != nil and ${found('String(log.body)')}`)
  })

  test('marks nothing, and is still valid, without a path filter', () => {
    expect(compile(masking)['transform/exclude']).toMatchObject({ log_statements: [], metric_statements: [] })
  })

  test('holds, for any pattern and replacement, literals that read back as them', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '\\', '"', "'", '$', '{', '}', '\n', '\t', ' ', ':', '#', 'é', '${1}', '\\n', '$$'),
    })
    fc.assert(
      fc.property(text, text, text, (pattern, replacement, field) => {
        const processors = compile(
          { ...masking, pattern: quoteRegex(pattern) || 'x', replacement },
          { ...hashing, fields: [field] },
        )
        const replaced = processors['transform/mask'].log_statements
          .flatMap(({ statements: each }) => each)
          .filter((each) => each.startsWith('replace_all_patterns'))
          .map((each) => literals(each).map(readLiteral))
        expect(replaced.some((each) => each.includes(quoteRegex(pattern) || 'x'))).toBe(true)
        const [hash = ''] = processors['transform/hash'].log_statements[0]?.statements ?? []
        expect(readLiteral(literals(hash)[0] ?? '')).toBe(field)
      }),
    )
  })
})

describe('applying the policy', () => {
  let directory = ''

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-policy-'))
    for (const part of ['policy', 'collector', 'clickhouse/schema', 'client'])
      await mkdir(join(directory, part), { recursive: true })
    for (const file of ['policy/sanitization.yaml', ...COMPILED.map(([each]) => each)])
      await copyFile(join(stack, file), join(directory, file))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  test('changes nothing in the repository: the compiled file that is kept there is up to date', async () => {
    expect(await applyPolicy(directory)).toBe(false)
  })

  test('writes what a changed policy says, once, and leaves nothing else behind', async () => {
    const file = join(directory, 'policy/sanitization.yaml')
    await writeFile(file, (await readFile(file, 'utf8')).replace('*/secret/*', '*/hidden/*'))
    expect(await applyPolicy(directory)).toBe(true)
    expect(await readFile(join(directory, 'collector/sanitization.yaml'), 'utf8')).toContain('"/hidden"')
    expect(await applyPolicy(directory)).toBe(false)
    expect(await readdir(join(directory, 'collector'))).toEqual(['sanitization.yaml'])
  })

  test('makes the file when it is missing, also when several stacks start at once', async () => {
    await rm(join(directory, 'collector/sanitization.yaml'))
    await Promise.all([applyPolicy(directory), applyPolicy(directory), applyPolicy(directory)])
    expect(await applyPolicy(directory)).toBe(false)
    expect(await readdir(join(directory, 'collector'))).toEqual(['sanitization.yaml'])
  })

  test('keeps the compiled file when the policy is invalid, and tells file, line and column', async () => {
    await writeFile(join(directory, 'policy/sanitization.yaml'), 'version: 2\n')
    await expect(applyPolicy(directory)).rejects.toThrow(/^stack\/policy\/sanitization\.yaml:1:\d+: /)
    expect(await readFile(join(directory, 'collector/sanitization.yaml'), 'utf8')).toContain('"/secret"')
  })
})
