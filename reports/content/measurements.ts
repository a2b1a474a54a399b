// What the reports say of measurements, whatever their form.
import { isMissed, type Measurement } from '../../harness/judge/model/measurement.ts'
import type { ScenarioResult } from '../../harness/judge/model/verdict.ts'

export interface Told {
  readonly scenario: ScenarioResult
  readonly measurement: Measurement
}

/** All measurements of the run, in the order of measuring. */
export function allMeasurements(scenarios: readonly ScenarioResult[]): readonly Told[] {
  return scenarios.flatMap((scenario) => scenario.measurements.map((measurement) => ({ scenario, measurement })))
}

/** Whether it can be nothing but a pass: it has no limit, or one that does not bind. */
export function isShownOnly({ value, limit }: Measurement): boolean {
  return value !== null && (limit === null || limit.missed === 'pass')
}

/** Beyond limits that do not bind: no finding says so. */
export function missedUnbound(scenarios: readonly ScenarioResult[]): readonly Told[] {
  return allMeasurements(scenarios).filter(({ measurement }) => isShownOnly(measurement) && isMissed(measurement))
}
