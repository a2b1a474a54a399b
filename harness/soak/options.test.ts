import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UsageError } from '../../core/errors.ts'
import { runtimeKinds } from '../../stack/runtime/runtime.ts'
import { flagsOf, requireSame, type SoakPlan, soakOptions } from './options.ts'

const USUAL = { preset: 'soak', runtime: 'embedded', faults: 'off', seed: '1', out: 'runs' }
/** As the command line gives them: defaults, and what a person wrote. */
const parse = (given: Readonly<Record<string, string>> = {}) =>
  soakOptions({ ...USUAL, ...given }, (flag) => flag in given)

test('by itself it sends for ten minutes at 80 % of the saturation', () => {
  expect(parse()).toMatchObject({
    plan: { durationMs: 600_000, events: null, rate: null, load: 0.8, preset: 'soak', faults: false, seed: 1 },
    withinMs: Number.POSITIVE_INFINITY,
    resume: undefined,
  })
  expect(parse({ events: '5000', rate: '200', faults: 'on', within: '2' })).toMatchObject({
    plan: { durationMs: null, events: 5000, rate: 200, load: null, faults: true },
    withinMs: 120_000,
  })
  expect(parse({ duration: '90s' }).plan?.durationMs).toBe(90_000)
  expect(parse({ duration: '2h' }).plan?.durationMs).toBe(7_200_000)
})

test.each([
  [{ rate: '0' }, '--rate 0: must be a whole number of events a second, 1 to 9,999,999'],
  [{ rate: '-5' }, '--rate -5: must be a whole number of events a second, 1 to 9,999,999'],
  [{ rate: '1e3' }, '--rate 1e3: must be a whole number of events a second, 1 to 9,999,999'],
  [{ duration: '10x' }, '--duration 10x: must be a time like 90s, 10m or 2h'],
  [{ duration: '10' }, '--duration 10: must be a time like 90s, 10m or 2h'],
  [{ duration: '0m' }, '--duration 0m: must be a time like 90s, 10m or 2h'],
  [{ duration: '9999h' }, '--duration: at most 744h'],
  [{ events: '0' }, '--events 0: must be a whole number from 1 to 999,999,999,999'],
  [{ load: '80' }, '--load 80: must be a share of the saturation like 80%, 1% to 100%'],
  [{ load: '101%' }, '--load 101%: must be a share of the saturation like 80%, 1% to 100%'],
  [{ runtime: 'auto' }, '--runtime auto: must be embedded, docker or podman'],
  [{ faults: 'yes' }, '--faults yes: must be on or off'],
  [{ seed: 'x' }, '--seed x: must be a whole number'],
  [{ within: '0' }, '--within 0: must be a whole number of minutes, 1 to 99,999'],
  [{ duration: '10m', events: '5' }, '--duration and --events: give one of them, it says when the soak ends'],
  [{ rate: '5', load: '80%' }, '--rate and --load: give one of them, it says how much is sent'],
  [{ resume: 'runs/x', out: 'y' }, '--out goes with a new soak: one that is resumed stays in its directory'],
  [{ resume: '' }, '--resume must name the directory of a run'],
] as const)('%j is refused in one line', (given, message) => {
  expect(() => parse(given as Readonly<Record<string, string>>)).toThrow(new UsageError(message))
})

const plans: fc.Arbitrary<SoakPlan> = fc
  .record({
    seconds: fc.option(fc.integer({ min: 1, max: 100_000 })),
    events: fc.integer({ min: 1, max: 1_000_000 }),
    rate: fc.option(fc.integer({ min: 1, max: 9_999_999 })),
    percent: fc.integer({ min: 1, max: 100 }),
    preset: fc.constantFrom('soak', 'team-week'),
    runtime: fc.constantFrom(...runtimeKinds),
    faults: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ seconds, events, rate, percent, ...rest }) => ({
    ...rest,
    durationMs: seconds === null ? null : seconds * 1000,
    events: seconds === null ? events : null,
    rate,
    load: rate === null ? percent / 100 : null,
  }))

/** The words of a command line as flags. */
function given(words: string): Record<string, string> {
  return Object.fromEntries([...words.matchAll(/--(\w+) (\S+)/g)].map(([, flag = '', value = '']) => [flag, value]))
}

test('the flags that a plan is told as make the same plan again, and any of them goes with its resumption', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 255 }), (plan, chosen) => {
      const words = given(flagsOf(plan))
      expect(parse(words).plan).toEqual(plan)
      const some = Object.fromEntries(Object.entries(words).filter((_, index) => ((chosen >> index) & 1) === 1))
      const resumed = parse({ ...some, resume: 'runs/x' })
      expect(resumed.plan).toBeUndefined()
      expect(() => requireSame(plan, resumed, 'runs/x')).not.toThrow()
    }),
  )
})

test('a resumed soak takes no flag that says something else, and says which', () => {
  fc.assert(
    fc.property(plans, plans, (kept, other) => {
      const words = given(flagsOf(other))
      for (const [flag, value] of Object.entries(words)) {
        if (given(flagsOf(kept))[flag] === value) continue
        expect(() => requireSame(kept, parse({ [flag]: value, resume: 'runs/x' }), 'runs/x')).toThrow(
          `--${flag} ${value}: runs/x was begun with ${flagsOf(kept)}`,
        )
      }
    }),
  )
})
