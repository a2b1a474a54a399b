import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { stackDirectory } from '../../../core/paths.ts'
import { makeCanaries } from '../../../generators/canaries/make.ts'
import { makeNegatives } from '../../../generators/canaries/negatives/make.ts'
import { resolveCollector } from '../../../stack/runtime/embedded/components.ts'
import { childrenIn } from './children-cpu.ts'
import { throughCollector } from './collector.ts'
import { without } from './cut-out.ts'
import { makeLoad } from './load.ts'
import { qualityOf } from './quality.ts'
import { redaction } from './redaction.ts'
import { ratingOf, tableOf } from './report.ts'

const TEST_MS = 120_000
const material = {
  samples: [
    { rule: 'a', kind: 'format', syntax: 'see {s}', sample: 'see aB3dE6gH9kL2', secret: 'aB3dE6gH9kL2' },
    { rule: 'b', kind: 'named', syntax: 'b={s}', sample: 'b=mN5pQ8', secret: 'mN5pQ8' },
  ] as const,
  canaries: [...makeCanaries({ seed: 3, count: 400 })],
  unpromised: [],
  negatives: [...makeNegatives({ seed: 3, count: 200 }), { kind: 'real/x', text: 'let a = 1' }],
}

test('who changes nothing masks nothing and leaves everything; who takes everything, the other way round', async () => {
  const asked: string[] = []
  const idle = await qualityOf(material, async (attributes) => {
    asked.push(...attributes.map(({ key, text }) => `${key}=${text}`))
    return attributes.map(({ text }) => text)
  })
  expect(new Set(asked).size).toBe(asked.length)
  // Those whose name tells what they are go with it.
  const keyed = material.canaries.filter(({ key }) => key !== undefined).map(({ key, text }) => `${key}=${text}`)
  expect(keyed.length).toBeGreaterThan(3)
  expect(keyed.filter((each) => !asked.includes(each))).toEqual([])
  const none = { kinds: 0, texts: 0 }
  expect(idle.samples).toEqual({
    format: { ...none, ofKinds: 1, ofTexts: 1 },
    named: { ...none, ofKinds: 1, ofTexts: 1 },
  })
  expect(idle).toMatchObject({
    canaries: none,
    negatives: { texts: 200, ofTexts: 200 },
    realLines: { texts: 1, ofTexts: 1 },
  })
  expect(idle.surroundings.texts).toBe(idle.surroundings.ofTexts)
  const greedy = await qualityOf(material, async (attributes) => attributes.map(() => ''))
  expect(greedy).toMatchObject({
    negatives: none,
    realLines: none,
    samples: { format: { kinds: 1 }, named: { kinds: 1 } },
  })
  expect(greedy.canaries).toEqual({
    kinds: idle.canaries.ofKinds,
    ofKinds: idle.canaries.ofKinds,
    texts: 400,
    ofTexts: 400,
  })
})

test('of what a scanner finds nothing is left, and nothing else is taken', () => {
  const text = fc.stringMatching(/^[a-c0-1]{0,40}$/)
  const part = fc.tuple(fc.nat(40), fc.nat(12))
  fc.assert(
    fc.property(text, fc.array(part, { maxLength: 5 }), (whole, parts) => {
      const matches = parts.map(([start, length]) => whole.slice(start, start + length)).filter((match) => match !== '')
      const left = without(whole, matches)
      for (const match of matches) expect(left).not.toContain(match)
      if (matches.length === 0) expect(left).toBe(whole)
      const kept = left.split('[CUT]').map((piece) => RegExp.escape(piece))
      expect(whole).toMatch(new RegExp(`^${kept.join('.+')}$`))
    }),
  )
})

test('what a collector takes that does nothing is no part of a contender in it', () => {
  const rated = { name: 'a', quality: undefined, cpuMs: [50, 30, 90] }
  const nothing = [10, 20, 30]
  expect(ratingOf({ ...rated, inCollector: true }, nothing, 1_000)).toMatchObject({
    cpuMicrosPerRecord: { min: 10, median: 40, max: 60 },
  })
  expect(ratingOf({ ...rated, inCollector: false }, nothing, 1_000)).toMatchObject({
    cpuMicrosPerRecord: { min: 30, median: 50, max: 90 },
  })
})

test('the table says 100 % only where every text is right', () => {
  const share = (texts: number) => ({ kinds: 0, ofKinds: 1, texts, ofTexts: 10_000 })
  const quality = {
    samples: { format: share(10_000), named: share(9_999) },
    canaries: share(0),
    surroundings: share(0),
    negatives: share(5_000),
    realLines: share(1),
  }
  const [, row = ''] = tableOf([{ name: 'a', quality, cpuMicrosPerRecord: { min: 1, median: 2, max: 3 } }])
  expect(row.trim().split(/ {2,}/)).toEqual([
    'a',
    '100.0 %',
    '99.9 %',
    '–',
    '–',
    '0.0 %',
    '50.0 %',
    '0.0 %',
    '2 (1 to 3)',
  ])
})

test("the CPU time of ended programs stands behind the program's name, whatever that is", () => {
  const fields = Array.from({ length: 30 }, (_, index) => String(index + 4))
  expect(childrenIn(`1 (a) b (c)) S ${fields.join(' ')}`)).toBe((16 + 17) * 10)
})

test('a seed gives the same load each time: as many texts as log records, and what they hold', () => {
  const [one, other] = [makeLoad(1, 3), makeLoad(1, 3)]
  expect(one).toEqual(other)
  expect(one.texts.length).toBeGreaterThan(50)
  expect(one.texts.filter((text) => !/^event\.name=[a-z_]+$/m.test(text))).toEqual([])
})

test(
  'texts come back from a collector as they were sent, each at its place',
  async () => {
    const { path } = await resolveCollector(stackDirectory, () => {})
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    const key = fc.constantFrom('prompt', 'api_key', 'user.email')
    const attributes = fc.sample(fc.record({ key, text }), { seed: 7, numRuns: 500 })
    const left = await throughCollector({ program: path, processors: {} }, attributes)
    expect(left).toEqual(attributes.map(({ text: sent }) => sent))
  },
  TEST_MS,
)

test(
  'the redaction processor does what its two patterns say, and no more',
  async ({ skip }) => {
    const processing = await redaction(() => {}).catch((error: unknown) => {
      if (!(error instanceof MachineError)) throw error
      return skip(messageOf(error))
    })
    const name = fc.stringMatching(/^[a-z]{4,9}$/)
    const words = fc.sample(fc.tuple(name, name), { seed: 7, numRuns: 50 })
    const texts = words.flatMap(([a, b]) => [
      `see token=${a} ${b}`,
      `mail ${a}@${b}.org now`,
      `secret: ${a}`,
      `x-api-key: ${b}`,
    ])
    const left = await throughCollector(
      processing,
      texts.map((each) => ({ key: 'prompt', text: each })),
    )
    expect(left).toEqual(
      words.flatMap(([a, b]) => [`see **** ${b}`, 'mail **** now', `secret: ${a}`, `x-api-key: ${b}`]),
    )
  },
  TEST_MS,
)
