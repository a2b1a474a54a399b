// What a scenario measured, each value against its limit, as findings.
import { type Measurement, measurementVerdict } from '../model/measurement.ts'
import { measurementText } from '../model/measurement-text.ts'
import type { Finding } from '../model/verdict.ts'

/**
 * One finding for each oracle whose measurements can be no pass. What is only shown proves nothing, so that a scenario that only shows
 * numbers stays unknown.
 */
export function judgeMeasurements(measurements: readonly Measurement[] = []): Finding[] {
  const judged = measurements.filter(
    ({ value, limit }) => value === null || (limit !== null && limit.missed !== 'pass'),
  )
  return [...Map.groupBy(judged, ({ oracle }) => oracle)].map(([oracle, group]) => {
    const wrong = group.filter((one) => measurementVerdict(one) !== 'pass')
    return {
      oracle,
      verdict:
        wrong.length === 0 ? 'pass' : wrong.some((one) => measurementVerdict(one) === 'fail') ? 'fail' : 'unknown',
      message:
        wrong.length > 0
          ? wrong.map(measurementText).join('; ')
          : `within limits: ${group.map(({ name }) => name).join(', ')}`,
      examples: [],
    }
  })
}
