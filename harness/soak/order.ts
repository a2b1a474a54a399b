// What a soak is told: its plan, its limits, where it writes itself down, and who watches.
import type { Preset } from '../../generators/team/preset.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { SoakSample } from '../judge/soak/sample.ts'
import type { SoakSeries } from '../judge/soak/series.ts'
import type { StopKind, StopLimits } from '../judge/soak/stop-rules.ts'
import type { SoakFiles, SoakState } from './files.ts'
import type { SoakPlan } from './options.ts'

export interface SoakOrder {
  readonly plan: SoakPlan
  readonly preset: Preset
  readonly series: SoakSeries
  /** How long it sends as fast as it is answered, to find the saturation. */
  readonly saturationMs: number
  /** When it must be over, by the monotonic clock. */
  readonly endMs: number
  /** Of memory; what a soak of many minutes is held to when absent. */
  readonly growth?: { readonly fromMs: number; readonly atMost: number }
  readonly stopLimits?: Partial<StopLimits>
  /** What must end it; nothing must when absent. */
  readonly expectedStop?: StopKind
  /** Without them it leaves nothing, and cannot go on. */
  readonly files?: SoakFiles
  /** Of a soak that goes on. */
  readonly state?: SoakState
  /** Told of the stack once it runs. */
  readonly started?: (stack: Stack) => void
  readonly sampled?: (sample: SoakSample, rate: number) => void
}
