// The table of licences in docs/licensing.md against what the packages themselves state.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'

const named = z.record(z.string(), z.string()).default({})
const manifestSchema = z.object({ dependencies: named, devDependencies: named, optionalDependencies: named })
const licenceSchema = z.object({ license: z.string() })
const lockSchema = z.object({ packages: z.record(z.string(), z.object({ license: z.string().optional() })) })

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(projectRoot, file), 'utf8'))
const text = await readFile(join(projectRoot, 'docs/licensing.md'), 'utf8')
const section = /\n## The npm packages[^\n]*\n([\s\S]*?)\n## /.exec(text)?.[1] ?? ''
const rows = [...section.matchAll(/^\| `([^`]+)` \| ([^|]+) \| (\w+) \|$/gm)].map(([row]) => row)

/** What the package states; one that is not installed on this platform stands in the lock file only. */
async function licenceOf(name: string): Promise<string> {
  const installed = licenceSchema.safeParse(await readJson(`node_modules/${name}/package.json`).catch(() => undefined))
  if (installed.success) return installed.data.license
  const lock = lockSchema.parse(await readJson('package-lock.json'))
  return lock.packages[`node_modules/${name}`]?.license ?? 'not stated'
}

test('every package that the project names stands in the table with the licence it states, and no other does', async () => {
  const manifest = manifestSchema.parse(await readJson('package.json'))
  const kinds = [
    [manifest.dependencies, 'runtime'],
    [manifest.devDependencies, 'development'],
    [manifest.optionalDependencies, 'optional'],
  ] as const
  const names = kinds.flatMap(([packages, kind]) => Object.keys(packages).map((name) => ({ name, kind })))
  const wanted = names.map(async ({ name, kind }) => `| \`${name}\` | ${await licenceOf(name)} | ${kind} |`)
  expect(rows).toEqual(await Promise.all(wanted))
})

test('LICENSE is the Apache License 2.0 that package.json states', async () => {
  const licence = await readFile(join(projectRoot, 'LICENSE'), 'utf8')
  expect(licence).toContain('Version 2.0, January 2004')
  expect(licence).toContain('END OF TERMS AND CONDITIONS')
  expect(licenceSchema.parse(await readJson('package.json')).license).toBe('Apache-2.0')
})
