// stack/compose.yaml as a contract: where data lives, which files are mounted, and that every secret is required.
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { readComposeFile } from '../stack/runtime/compose-file.ts'
import { compose, file, secrets, service, services, text } from './testing/compose.ts'

describe('data and secrets', () => {
  test('the database and the queue live in named volumes that the file defines', () => {
    expect(service('clickhouse').volumes).toContain('clickhouse-data:/var/lib/clickhouse')
    expect(service('otel-collector').volumes).toContain('collector-queue:/var/lib/otelcol')
    const named = services.flatMap(([, { volumes }]) =>
      volumes.map((mount) => mount.split(':')[0] ?? '').filter((source) => /^\w/.test(source)),
    )
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)))
  })

  test('every other mount is a file of the stack that exists, read-only', async () => {
    const bound = services.flatMap(([, { volumes }]) => volumes.filter((mount) => mount.startsWith('.')))
    expect(bound.length).toBeGreaterThan(0)
    for (const mount of bound) {
      expect(mount).toMatch(/:ro$/)
      await access(join(projectRoot, 'stack', mount.split(':')[0] ?? ''))
    }
  })

  test('every secret is required, by a message that says what to do, and none has a default', () => {
    for (const name of Object.keys(secrets)) {
      const uses = [...text.matchAll(new RegExp(`\\$\\{${name}([^}]*)\\}`, 'g'))].map(([, rest = '']) => rest)
      expect(uses.length).toBeGreaterThan(0)
      for (const rest of uses) expect(rest).toMatch(/^:\?.*stack\/\.env/)
    }
    for (const [, { environment }] of services)
      for (const [key, value] of Object.entries(environment))
        if (/PASSWORD|SALT|SECRET/.test(key)) expect(value).toMatch(/^\$\{\w+:\?/)
  })

  test.each(Object.keys(secrets))('nothing starts without %s', async (name) => {
    const rest = Object.fromEntries(Object.entries(secrets).filter(([key]) => key !== name))
    const missing = new RegExp(`^stack/compose\\.yaml: services\\.[\\w-]+: variable ${name} is missing: `)
    await expect(readComposeFile(file, 'stack/compose.yaml', rest)).rejects.toThrow(missing)
    await expect(readComposeFile(file, 'stack/compose.yaml', { ...rest, [name]: '' })).rejects.toThrow(missing)
  })

  test('the example of the secrets names each of them, and holds none', async () => {
    const example = await readFile(join(projectRoot, 'stack/.env.example'), 'utf8')
    const lines = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines.toSorted()).toEqual(
      Object.keys(secrets)
        .map((name) => `${name}=`)
        .toSorted(),
    )
  })
})
