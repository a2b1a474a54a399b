import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseYaml, readYamlFile } from './yaml-file.ts'

const schema = z.strictObject({
  name: z.string(),
  limits: z.strictObject({ cpus: z.number() }).optional(),
  list: z.array(z.number()).optional(),
})

function fault(text: string): string {
  try {
    parseYaml(text, 'stack/a.yaml', z.looseObject(schema.shape))
    return ''
  } catch (error) {
    expect(error).toMatchObject({ name: 'UserError' })
    return error instanceof Error ? error.message : ''
  }
}

describe('a YAML file', () => {
  test('is read with anchors, aliases and merges resolved', () => {
    const text = 'base: &base { cpus: 1 }\nname: a\nlimits:\n  <<: *base\n'
    expect(parseYaml(text, 'a', z.looseObject({ limits: z.object({ cpus: z.number() }) })).limits).toEqual({ cpus: 1 })
  })

  test.each([
    ['broken syntax', 'name: a\nlist: [1, 2\n', /^stack\/a\.yaml:[23]:\d+: [^\n]+$/],
    ['a key that is there twice', 'name: a\nname: b\n', /^stack\/a\.yaml:2:1: Map keys must be unique$/],
    ['a value of another type', 'name: a\nlimits:\n  cpus: many\n', /^stack\/a\.yaml:3:9: limits\.cpus: [^\n]+number/],
    ['an item of another type', 'name: a\nlist:\n  - 1\n  - b\n', /^stack\/a\.yaml:4:5: list\.1: /],
    ['a missing key, at what lacks it', 'list: []\nlimits:\n  {}\nname: a\n', /^stack\/a\.yaml:3:3: limits\.cpus: /],
    [
      'an unknown key',
      'name: a\nlimits:\n  cpus: 1\n  memory: 1\n',
      /^stack\/a\.yaml:4:3: limits: Unrecognized key: "memory"$/,
    ],
    ['an empty file', '', /^stack\/a\.yaml:1:1: document: /],
    ['an alias of nothing', 'name: a\nlimits:\n  cpus: *none\n', /^stack\/a\.yaml:3:9: Unresolved alias [^\n]*none$/],
    ['a merge of no map', 'name: a\nlimits:\n  <<: 5\n', /^stack\/a\.yaml:\d:\d+: Merge sources must be maps[^\n]*$/],
  ])('tells line and column of %s', (_, text, message) => {
    expect(fault(text)).toMatch(message)
  })

  test.each([
    ['plain', 'name: abXc\n', 1, 9],
    ['in single quotes', "name: 'abXc'\n", 1, 10],
    ['behind doubled quotes', "name:   'a''''X'\n", 1, 15],
    ['in double quotes, at their beginning', 'name: "abXc"\n', 1, 7],
    ['of several lines, at their beginning', 'name: >\n  abXc\n', 1, 7],
  ])('tells the character of a text %s', (_, text, line, column) => {
    const noX = z.string().superRefine((value, context) => {
      const at = value.indexOf('X')
      if (at >= 0) context.addIssue({ code: 'custom', message: 'an X', params: { at } })
    })
    expect(() => parseYaml(text, 'a.yaml', z.object({ name: noX }))).toThrow(`a.yaml:${line}:${column}: name: an X`)
  })

  test('that is not there is told by its name', async () => {
    await expect(readYamlFile('/nowhere/a.yaml', 'stack/a.yaml', schema)).rejects.toThrow(
      /^stack\/a\.yaml cannot be read: ENOENT/,
    )
  })

  test('is read from disk', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-yaml-'))
    await writeFile(join(directory, 'a.yaml'), 'name: a\n')
    expect(await readYamlFile(join(directory, 'a.yaml'), 'a.yaml', schema)).toEqual({ name: 'a' })
    await rm(directory, { recursive: true })
  })
})
