// Recall of planted secrets by kind, each with the bound that a sample of its size allows to state.
import type { GridCanary } from '../../generators/canaries/grid.ts'
import type { Canary } from '../../generators/canaries/model/canary.ts'
import type { Negative } from '../../generators/canaries/negatives/negative.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'
import { FOUND_SECRETS, PLANTED_SECRETS } from '../../harness/judge/model/measurement.ts'
import type { Found } from '../../harness/privacy/at-rest.ts'

const SHOWN = 20
const PRECISION = 0.995

/** One check for all, and a measurement for each kind: the share that was masked, held to all of them. */
export function measureRecall(experiment: Experiment, planted: readonly GridCanary[], found: readonly Found[]): void {
  const leaked = new Map(found.map((one) => [one.canary, one]))
  experiment.check('sanitization', `of ${planted.length} planted secrets, those found at rest`, {
    actual: [...leaked.values()].slice(0, SHOWN).map(({ canary, form, where }) => `${canary} (${form}) in ${where}`),
    expected: [],
  })
  experiment.measure('sanitization', { name: PLANTED_SECRETS, value: planted.length, unit: 'secrets' })
  experiment.measure('sanitization', {
    name: FOUND_SECRETS,
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

/** How much of what is not private is stored as it was sent: whole texts, and what stands around a secret. */
export async function measurePrecision(
  experiment: Experiment,
  planted: readonly (GridCanary & { readonly mark: string })[],
  negatives: readonly Negative[],
): Promise<void> {
  const texts = await experiment.database.rows<{ number: string; text: string }>(
    "SELECT attributes['negative'] AS number, attributes['prompt'] AS text FROM telemetry.telemetry_events WHERE mapContains(attributes, 'negative')",
  )
  const stored = new Map(texts.map(({ number, text }) => [number, text]))
  for (const [group, all] of Map.groupBy(
    negatives.map((each, index) => ({ ...each, index })),
    ({ kind }) => kind.split('/')[0] ?? '',
  ))
    share(experiment, `negatives untouched: ${group}`, all, ({ text, index }) => stored.get(`n${index}`) === text)
  const rows = await experiment.database.rows<{ mark: string; text: string }>(
    `SELECT attributes['canary'] AS mark, concat(${ALL_TEXTS}, '\n', body, '\n', scope_name, '\n', severity_text) AS text
     FROM telemetry.logs_raw WHERE mapContains(attributes, 'canary')`,
  )
  const around = new Map(rows.map(({ mark, text }) => [mark, text]))
  const kept = planted.filter(({ mark, canary }) => around.has(mark) && canary.keep.length > 0 && IN_RECORD(canary))
  for (const [kind, all] of Map.groupBy(kept, ({ canary }) => canary.kind))
    share(experiment, `what stands around a secret and stays: ${kind}`, all, ({ mark, canary }) =>
      canary.keep.every((part) => around.get(mark)?.includes(part)),
    )
}

/** Lists and maps are stored as JSON, which spells some characters in another way. */
const IN_RECORD = ({ position }: Canary) => !/nested|bytes|resource|scope attribute|key|severity/.test(position)
const ALL_TEXTS = "arrayStringConcat(arrayConcat(mapKeys(attributes), mapValues(attributes)), '\n')"

function share<T>(experiment: Experiment, name: string, all: readonly T[], isRight: (one: T) => boolean): void {
  const right = all.filter(isRight).length
  experiment.measure('sanitization', {
    name: `${name} (of ${all.length}; at least ${percent(lowerBound(right, all.length))} with 95 % confidence)`,
    value: right / all.length,
    unit: 'ratio',
    limit: { atLeast: PRECISION },
  })
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
