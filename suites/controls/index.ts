// All controls.
import { bufferControls } from './buffer-controls.ts'
import { containerControls } from './container-controls.ts'
import type { Control } from './control.ts'
import { deliveryControls } from './delivery-controls.ts'
import { stackControls } from './stack-controls.ts'

export const controls: readonly Control[] = [
  ...stackControls,
  ...deliveryControls,
  ...bufferControls,
  ...containerControls,
]
