// Recall of planted secrets by kind, each with the bound that a sample of its size allows to state.
import type { GridCanary } from '../../generators/canaries/grid.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'
import type { Found } from '../../harness/privacy/at-rest.ts'

const SHOWN = 20

/** One check for all, and a measurement for each kind: the share that was masked, held to all of them. */
export function measureRecall(experiment: Experiment, planted: readonly GridCanary[], found: readonly Found[]): void {
  const leaked = new Map(found.map((one) => [one.canary, one]))
  experiment.check('sanitization', `of ${planted.length} planted secrets, those found at rest`, {
    actual: [...leaked.values()].slice(0, SHOWN).map(({ canary, form, where }) => `${canary} (${form}) in ${where}`),
    expected: [],
  })
  experiment.measure('sanitization', {
    name: 'planted secrets found at rest',
    value: leaked.size,
    unit: 'secrets',
    limit: { atMost: 0 },
  })
  for (const [group, all] of Map.groupBy(planted, (each) => each.group)) {
    const left = all.filter(({ canary }) => leaked.has(canary.id)).length
    const cells = new Set(all.map(({ canary }) => `${canary.encoding} ${canary.position}`)).size
    experiment.measure('sanitization', {
      name: `recall of ${group} (${all.length} in ${cells} cells; at least ${percent(lowerBound(all.length - left, all.length))} with 95 % confidence)`,
      value: (all.length - left) / all.length,
      unit: 'ratio',
      limit: { atLeast: 1 },
    })
  }
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`

/** Wilson's score interval, lower end, for 95 %. */
export function lowerBound(right: number, all: number): number {
  if (all === 0) return 0
  const z = 1.959964
  const share = right / all
  const middle = share + z ** 2 / (2 * all)
  const spread = z * Math.sqrt((share * (1 - share)) / all + z ** 2 / (4 * all ** 2))
  return (middle - spread) / (1 + z ** 2 / all)
}
