// The contract of report.json: the schema, its published form, and the type are one and the same.
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import type { RunResult } from '../harness/judge/run-result.ts'
import { renderJson } from './json.ts'
import { renderJsonSchema, reportSchema } from './schema.ts'
import { sampleKinds, sampleRun } from './testing/sample-run.ts'

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

const publishedFile = fileURLToPath(new URL('../docs/contracts/report.schema.json', import.meta.url))

/** The text is the published file's: a test below holds them equal. */
function publishedValidator() {
  const schema: unknown = JSON.parse(renderJsonSchema())
  if (typeof schema !== 'object' || schema === null) throw new Error('no schema')
  // The pattern beside each format says the same, so the format need not be checked.
  return new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } }).compile(schema)
}

describe('the contract of report.json', () => {
  test('the schema describes exactly the type RunResult (checked by tsc)', () => {
    expectTypeOf<DeepReadonly<z.infer<typeof reportSchema>>>().toEqualTypeOf<RunResult>()
  })

  test('the published schema is the one made from the source (write it again with --update)', async () => {
    await expect(renderJsonSchema()).toMatchFileSnapshot(publishedFile)
  })

  test.each(sampleKinds)('the published schema accepts the report of a run: %s', (kind) => {
    const validate = publishedValidator()
    validate(JSON.parse(renderJson(sampleRun(kind))))
    expect(validate.errors ?? []).toEqual([])
  })

  test.each([
    ['an unknown verdict', { verdict: 'fine' }],
    ['a field it does not know', { surprise: 1 }],
    ['another version', { schemaVersion: 8 }],
    ['a time that is not ISO 8601', { startedAt: 'yesterday' }],
    ['a count below zero', { scenarios: [{ ...sampleRun('pass').scenarios[0], tally: { lost: -1 } }] }],
  ])('both schemas refuse %s', (_, change) => {
    const broken = { ...sampleRun('pass'), ...change }
    const validate = publishedValidator()
    expect(validate(broken)).toBe(false)
    expect(reportSchema.safeParse(broken).success).toBe(false)
  })

  test('report.json reads back as the result it was made from', () => {
    expect(reportSchema.parse(JSON.parse(renderJson(sampleRun('fail'))))).toEqual(sampleRun('fail'))
  })

  test('report.json is never written with a number that JSON cannot hold', () => {
    expect(() => renderJson({ ...sampleRun('pass'), durationMs: Number.NaN })).toThrow()
  })
})
