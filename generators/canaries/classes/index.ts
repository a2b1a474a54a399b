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

/** By what they are: the kinds that a report tells apart. */
export const classGroups: Readonly<Record<string, readonly CanaryClass[]>> = {
  'cloud keys': cloudClasses,
  'source forges': forgeClasses,
  'chats and webhooks': chatClasses,
  payment: paymentClasses,
  monitoring: observabilityClasses,
  'AI providers': aiClasses,
  'developer tools and registries': toolClasses,
  'JSON web tokens': jwtClasses,
  'private keys': pemClasses,
  headers: headerClasses,
  URLs: urlClasses,
  'command lines': commandClasses,
  assignments: assignmentClasses,
  'telling keys': keyedClasses,
  'e-mail addresses': emailClasses,
  'phone numbers': phoneClasses,
}

export const canaryClasses: readonly CanaryClass[] = Object.values(classGroups).flat()
