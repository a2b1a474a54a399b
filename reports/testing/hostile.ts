// Text that means harm, for the tests of the reports: markup, escapes, endless words, halves of characters.
import type { ScenarioResult } from '../../harness/judge/model/verdict.ts'
import { change } from './sample-scenarios.ts'

export const hostileText =
  '<script>window.hacked=1</script></script><img src=x onerror="window.hacked=1">"\'`|*_~ \u202egnp.exe\u202c \u0000\u001b[31m]]>'

export function hostile(scenario: ScenarioResult, index: number): ScenarioResult {
  const long = 'x'.repeat(5000)
  const examples = [
    hostileText,
    long,
    'עברית عربي',
    '{"a":"</script><script>window.hacked=1</script>"}',
    '\ud800 lone',
    'a\nb\tc',
  ]
  const text = {
    title: `${scenario.title} ${hostileText}`,
    id: `${scenario.id}" onclick="window.hacked=1`,
    replay: `${scenario.replay} '${hostileText}'`,
    suite: `${scenario.suite}</script>`,
  }
  const measurements = [
    {
      oracle: hostileText,
      name: `${hostileText} ${long}`,
      value: 1,
      unit: hostileText,
      limit: { atMost: 0, missed: 'pass' as const },
    },
  ]
  return index % 3 === 0
    ? {
        ...change(scenario, 'fail', `${hostileText} ${long}`, 'content', { corrupted: 3 }, examples),
        ...text,
        measurements,
      }
    : { ...scenario, ...text }
}
