import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../../core/paths.ts'
import { parseYaml } from '../../core/yaml-file.ts'
import { presetNames, presetSchema, readPreset } from './preset.ts'

const text = await readFile(join(projectRoot, 'generators/presets/team-week.yaml'), 'utf8')

/** The line in which a text stands, from 1. */
const lineOf = (whole: string, part: string) => whole.slice(0, whole.indexOf(part)).split('\n').length

test('every preset of the project can be read, and two have no end or one session', async () => {
  const names = await presetNames()
  expect(names).toEqual(['heavy-session', 'soak', 'team-week', 'team-year'])
  for (const name of names) await readPreset(name)
  expect((await readPreset('soak')).days).toBeUndefined()
  expect((await readPreset('heavy-session')).sessions.most).toBe(1)
})

test.each([
  [
    'an unknown key',
    '  prompts:',
    '  prompt_colour: red\n  prompts:',
    'prompt_colour',
    /course: Unrecognized key: "prompt_colour"$/,
  ],
  [
    'a negative median',
    'steps: { median: 2,',
    'steps: { median: -2,',
    'median: -2',
    /course\.steps\.median: must be more than 0$/,
  ],
  [
    'a p90 below the median',
    'steps: { median: 2,',
    'steps: { median: 900,',
    'median: 900',
    /course\.steps\.p90: p90 must not be less/,
  ],
  ['a share above 1', 'headless: 0.15', 'headless: 1.5', 'headless: 1.5', /sessions\.headless: must be from 0 to 1$/],
  ['23 hours', 'hours: [0, 0,', 'hours: [0,', 'hours: [0,', /sessions\.hours: must be 24 numbers$/],
  [
    'no weekday at all',
    /weekdays: \[.*\]/,
    'weekdays: [0, 0, 0, 0, 0, 0, 0]',
    'weekdays',
    /sessions\.weekdays: must not all be 0$/,
  ],
  ['half a person', 'people: 8', 'people: 8.5', 'people: 8.5', /people: must be a whole number$/],
  ['nobody', 'people: 8', 'people: 0', 'people: 0', /people: must be at least 1$/],
  ['an unknown version', "'<=2.1.121': 0.05", "'9.9': 0.05", "'9.9'", /versions[^\n]*9\.9/],
  [
    'a word for a number',
    'cache_seconds: 300',
    'cache_seconds: soon',
    'cache_seconds: soon',
    /request\.cache_seconds: .*number/,
  ],
])('%s is told with its line', (_, from, to, place, message) => {
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  let said = ''
  try {
    parseYaml(changed, 'my.yaml', presetSchema)
  } catch (error) {
    said = error instanceof Error ? error.message : ''
  }
  expect(said).toMatch(new RegExp(`^my\\.yaml:${lineOf(changed, place)}:\\d+: `))
  expect(said).toMatch(message)
})

test('an unknown name and a file that is not there are told', async () => {
  await expect(readPreset('team-decade')).rejects.toThrow(/^there is no preset team-decade; there are: heavy-session, /)
  await expect(readPreset('nowhere.yaml')).rejects.toThrow(/^nowhere\.yaml cannot be read; name a preset file/)
})
