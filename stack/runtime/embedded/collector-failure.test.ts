import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explainCollectorFailure } from './collector-failure.ts'

let stack = ''

beforeAll(async () => {
  stack = await mkdtemp(join(tmpdir(), 'telemetry-proof-failure-'))
  await mkdir(join(stack, 'collector'))
  await writeFile(
    join(stack, 'collector/config.yaml'),
    'receivers:\n  otlp:\n    endpoint: a\nprocessors:\n  transform/guard:\n    log_statements: []\nexporters:\n  clickhouse:\n    endpont: b\nservice:\n  pipelines:\n    logs:\n      # filter/prob is none\n      processors: [transform/guard, filter/prob]\n      exporters:\n        - clickhous\n',
  )
  await writeFile(
    join(stack, 'collector/sanitization.yaml'),
    "processors:\n  transform/mask:\n    log_statements: []\n  'filter/exclude':\n    x: y\n",
  )
})

afterAll(async () => {
  await rm(stack, { recursive: true, force: true })
})

test.each([
  ['error reading configuration for "clickhouse": \'\' has invalid keys: endpont', 'stack/collector/config.yaml:8'],
  ["'exporters' decoding failed: '' has invalid keys: endpont", 'stack/collector/config.yaml:9'],
  ['processors::filter/exclude: unable to parse OTTL condition', 'stack/collector/sanitization.yaml:4'],
  [
    'error reading configuration for "transform/mask": has invalid keys: log_statements',
    'stack/collector/sanitization.yaml:2',
  ],
  [
    'service::pipelines::logs: references processor "filter/prob" which is not configured',
    'stack/collector/config.yaml:14',
  ],
  [
    'service::pipelines::logs: references exporter "clickhous" which is not configured',
    'stack/collector/config.yaml:16',
  ],
  ['unknown type: "clickhouse" for id: "clickhouse" (valid values: [otlp])', 'stack/collector/config.yaml:8'],
])('%s is led by file and line of the most telling key', async (failure, place) => {
  expect(await explainCollectorFailure(failure, stack)).toBe(`${place}: the collector does not accept this; ${failure}`)
})

test.each(['bind: address already in use', 'exporters::nothing: missing', ''])('%j stays as it is', async (failure) => {
  expect(await explainCollectorFailure(failure, stack)).toBe(failure)
})

test('a stack without these files leaves the failure as it is', async () => {
  const failure = 'processors::filter/exclude: bad'
  expect(await explainCollectorFailure(failure, join(stack, 'none'))).toBe(failure)
})
