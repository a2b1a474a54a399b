// All controls.
import { accessControls } from './access-controls.ts'
import { bufferControls } from './buffer-controls.ts'
import { collectorControls } from './collector-controls.ts'
import { containerControls } from './container-controls.ts'
import type { Control } from './control.ts'
import { datasetControls } from './dataset-controls.ts'
import { deliveryControls } from './delivery-controls.ts'
import { healingControls } from './healing-controls.ts'
import { keepingControls } from './keeping-controls.ts'
import { loadControls } from './load-controls.ts'
import { plainControls } from './plain-controls.ts'
import { policyControls } from './policy-controls.ts'
import { privacyControls } from './privacy-controls.ts'
import { queryControls } from './query-controls.ts'
import { recordControls } from './record-controls.ts'
import { schemaControls } from './schema-controls.ts'
import { soakControls } from './soak-controls.ts'

export const controls: readonly Control[] = [
  ...collectorControls,
  ...policyControls,
  ...privacyControls,
  ...schemaControls,
  ...queryControls,
  ...recordControls,
  ...accessControls,
  ...deliveryControls,
  ...bufferControls,
  ...containerControls,
  ...plainControls,
  ...healingControls,
  ...keepingControls,
  ...datasetControls,
  ...loadControls,
  ...soakControls,
]
