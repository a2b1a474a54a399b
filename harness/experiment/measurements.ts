// The measurements of one experiment, in the order of measuring.
import type { Topic } from '../judge/model/evidence.ts'
import { type Measured, type Measurement, measurementOf } from '../judge/model/measurement.ts'

export class Measurements {
  readonly #byName = new Map<string, Measurement>()

  get all(): readonly Measurement[] {
    return [...this.#byName.values()]
  }

  /** @throws TypeError when its name stands for a number already, or its limit is no number */
  add(topic: Topic, measured: Measured): void {
    if (this.#byName.has(measured.name)) throw new TypeError(`"${measured.name}" was measured already`)
    this.#byName.set(measured.name, measurementOf(topic, measured))
  }
}
