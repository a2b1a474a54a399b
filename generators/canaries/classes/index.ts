// All classes of canaries, in the order in which they take turns.
import type { CanaryClass } from '../model/canary.ts'
import { aiClasses } from './ai.ts'
import { assignmentClasses } from './assignments.ts'
import { chatClasses } from './chat.ts'
import { cloudClasses } from './cloud.ts'
import { commandClasses } from './commands.ts'
import { emailClasses } from './emails.ts'
import { forgeClasses } from './forges.ts'
import { headerClasses } from './headers.ts'
import { jwtClasses } from './jwt.ts'
import { keyedClasses } from './keyed.ts'
import { observabilityClasses } from './observability.ts'
import { paymentClasses } from './payments.ts'
import { pemClasses } from './pem.ts'
import { phoneClasses } from './phones.ts'
import { toolClasses } from './tools.ts'
import { urlClasses } from './urls.ts'

export const canaryClasses: readonly CanaryClass[] = [
  ...cloudClasses,
  ...forgeClasses,
  ...chatClasses,
  ...paymentClasses,
  ...observabilityClasses,
  ...aiClasses,
  ...toolClasses,
  ...jwtClasses,
  ...pemClasses,
  ...headerClasses,
  ...urlClasses,
  ...commandClasses,
  ...assignmentClasses,
  ...keyedClasses,
  ...emailClasses,
  ...phoneClasses,
]
