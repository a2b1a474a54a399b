// The sentence of the verdict claims no more than was looked at.
import { describe, expect, test } from 'vitest'
import { sampleRun } from '../testing/sample-run.ts'
import { verdictSentence } from './verdict-sentence.ts'

describe('the sentence of the verdict', () => {
  test('claims what a pass has shown', () => {
    expect(verdictSentence(sampleRun('pass'))).toBe(
      '21 of 21 scenarios passed on this machine (linux x64, embedded). Nothing was lost, no private text that was planted was stored.',
    )
  })

  test('says how many planted secrets were looked for at rest, where they were', () => {
    const run = sampleRun('pass')
    const measure = (name: string, value: number) => ({
      oracle: 'sanitization',
      name,
      value,
      unit: 'secrets',
      limit: null,
    })
    const scenarios = run.scenarios.map((each, index) =>
      index === 0
        ? { ...each, measurements: [measure('planted secrets', 100_152), measure('planted secrets found at rest', 0)] }
        : each,
    )
    expect(verdictSentence({ ...run, scenarios })).toContain(
      '0 of 100,152 planted secrets were found in any byte at rest.',
    )
  })

  test('claims nothing about privacy when no privacy requirement was judged', () => {
    const run = sampleRun('pass')
    expect(verdictSentence({ ...run, requirements: run.requirements.slice(0, 3) })).toMatch(/Nothing was lost\.$/)
  })

  test('claims nothing about loss when nothing was acknowledged', () => {
    const run = sampleRun('pass')
    const scenarios = run.scenarios.map((each) => ({ ...each, tally: { ...each.tally, acknowledged: 0 } }))
    expect(verdictSentence({ ...run, scenarios })).not.toContain('lost')
  })

  test('a fail says what went wrong, what was not judged and what did not run', () => {
    expect(verdictSentence(sampleRun('fail'))).toBe(
      '2 of 21 scenarios failed on this machine (linux x64, embedded). 7 events were lost, 1 private text was stored. 1 could not be judged. 1 did not run, so nothing is proven about it.',
    )
  })

  test('unknown, skipped and empty runs say that they prove nothing', () => {
    expect(verdictSentence(sampleRun('unknown'))).toContain('so this is not a pass')
    expect(verdictSentence(sampleRun('skipped'))).toContain('so nothing is proven')
    expect(verdictSentence(sampleRun('empty'))).toContain('so nothing is proven')
  })

  test('names the subsystem on Windows', () => {
    const run = sampleRun('pass')
    expect(verdictSentence({ ...run, platform: { ...run.platform, wsl: 2 } })).toContain(
      '(linux x64 in WSL 2, embedded)',
    )
  })
})
