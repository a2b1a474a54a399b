// Holds docs/DATA-USAGE-POLICY.md to the code: switches, what comes with them, what is hashed, how long it stays, and the commands it names.
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { templateDirectory } from '../stack/client/env.ts'
import { readPolicy } from '../stack/policy/policy.ts'
import { readComposeFile } from '../stack/runtime/compose-file.ts'
import { makeSecrets } from '../stack/runtime/secrets.ts'

const read = (path: string) => readFile(join(projectRoot, path), 'utf8')
const document = await read('docs/DATA-USAGE-POLICY.md')

/** Switches of what the client sends, as its own documentation has them (2026-10), beside those that the templates set. */
const CLIENT = [
  'OTEL_LOG_USER_PROMPTS',
  'OTEL_LOG_ASSISTANT_RESPONSES',
  'OTEL_LOG_TOOL_DETAILS',
  'OTEL_LOG_RAW_API_BODIES',
  'CLAUDE_CODE_OTEL_CONTENT_MAX_LENGTH',
  'OTEL_METRICS_INCLUDE_SESSION_ID',
  'OTEL_METRICS_INCLUDE_VERSION',
  'OTEL_METRICS_INCLUDE_ACCOUNT_UUID',
]
/** What the templates set and what says nothing of what is collected. */
const WHERE_TO = ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_ENDPOINT']

/** What stands in backticks in the cells of the table of switches. */
const rows = (document.split('\n## What is collected, by which switch\n')[1]?.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => line.slice(1, -1).split('|'))
const literals = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
const rowOf = (name: string) => rows.find(([first]) => literals(first).includes(name))

test('names every switch of the client and of the templates, and no other', async () => {
  const set = new Set<string>(CLIENT)
  for await (const file of glob('telemetry.*', { cwd: templateDirectory }))
    for (const [name] of (await readFile(join(templateDirectory, file), 'utf8')).matchAll(
      /\b(?:OTEL|CLAUDE_CODE)_[A-Z_]+\b/g,
    ))
      set.add(name)
  expect(set.size).toBeGreaterThan(CLIENT.length + 5)
  const told = new Set([...document.matchAll(/\b(?:OTEL|CLAUDE_CODE)_[A-Z_]+\b/g)].map(([name]) => name))
  expect([...told].sort()).toEqual([...set].filter((name) => !WHERE_TO.includes(name)).sort())
})

test('what it says to be off was not sent by the real client with its switches off, and was with them on', async () => {
  const textsOf = async (capture: string) =>
    [
      ...(await read(`generators/fixtures/captures/${capture}.otlp.jsonl`)).matchAll(
        /"key":"([\w.]+)","value":\{"stringValue":"((?:[^"\\]|\\.)*)"/g,
      ),
    ].flatMap(([, key = '', value]) => (value === '<REDACTED>' ? [] : [key]))
  const [off, on] = [await textsOf('gates-off'), await textsOf('tools-grpc')]
  const gated = ['OTEL_LOG_USER_PROMPTS', 'OTEL_LOG_ASSISTANT_RESPONSES', 'OTEL_LOG_TOOL_DETAILS']
  const attributes = gated.flatMap((name) => literals(rowOf(name)?.[1]))
  expect(attributes.sort()).toEqual(['prompt', 'prompt_text', 'response', 'tool_input', 'tool_parameters'])
  expect(attributes.filter((name) => off.includes(name))).toEqual([])
  // That version does not send it yet.
  expect(attributes.filter((name) => !on.includes(name))).toEqual(['prompt_text'])
  // And what has no switch came all the same.
  expect(['user.id', 'session.id', 'terminal.type'].filter((name) => !off.includes(name))).toEqual([])
})

test('says to be hashed what the policy hashes', async () => {
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const fields = policy.filters.flatMap((filter) => (filter.type === 'pii_hash' ? filter.fields : []))
  expect(fields.length).toBeGreaterThan(0)
  expect(literals(rowOf('OTEL_RESOURCE_ATTRIBUTES')?.[3])).toEqual(fields)
})

test('names as a person what the database takes for one', async () => {
  const sql = await read('stack/clickhouse/schema/003-forgotten.sql')
  const names = [...(/name IN \(([^)]+)\)/.exec(sql)?.[1] ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1])
  expect(names.length).toBeGreaterThan(3)
  const [, told = ''] = /^A person is who is named by a value in ([\s\S]*?)\. With/m.exec(document) ?? []
  expect(literals(told)).toEqual(names)
})

test('rows stay for ever unless a variable says otherwise, and by nothing else, as it says', async () => {
  expect(document).toContain('for ever, or for `TELEMETRY_RETENTION_DAYS` days after they came')
  const file = join(stackDirectory, 'compose.yaml')
  const { services } = await readComposeFile(file, 'stack/compose.yaml', makeSecrets())
  expect(services.get('clickhouse-migrate')?.environment.TELEMETRY_RETENTION_DAYS).toBe('0')
  // What the variable sets stands in retention.sql.
  for await (const path of glob(['stack/clickhouse/schema/*.sql', 'stack/clickhouse/**/*.xml'], { cwd: projectRoot }))
    expect(`${path}: ${/\bTTL\b|<ttl>/.exec(await read(path))?.[0]}`).toBe(`${path}: undefined`)
})

test('its commands are commands, its flags are flags, its links lead somewhere, and it is found', async () => {
  const { scripts } = z
    .looseObject({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await read('package.json')))
  const contract = await read('docs/contracts/commands.md')
  const commands = [...document.matchAll(/npm run (?:--silent )?([\w:]+) -- ([^\n`]*)/g)]
  expect(commands.length).toBeGreaterThan(4)
  for (const [, name = '', words = ''] of commands) {
    expect(Object.keys(scripts)).toContain(name)
    for (const [flag] of words.matchAll(/--[a-z-]+/g))
      expect(contract).toMatch(new RegExp(`^\\| \`${name}(?: \\w+)?\` \\| \`${flag}[ \`]`, 'm'))
  }
  for (const [, target = '', anchor] of document.matchAll(/\]\(([\w.-]+)(?:#([\w-]+))?\)/g)) {
    const text = await read(`docs/${target}`)
    if (anchor) expect(text.toLowerCase()).toContain(`\n## ${anchor.replaceAll('-', ' ')}\n`)
  }
  for (const [page, link] of [
    ['README.md', 'docs/DATA-USAGE-POLICY.md'],
    ['docs/policy.md', 'DATA-USAGE-POLICY.md'],
  ] as const)
    expect(await read(page)).toContain(`](${link})`)
  expect(document.split('\n').length).toBeLessThanOrEqual(120)
})
