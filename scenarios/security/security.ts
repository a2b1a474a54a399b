// The suite *security*: loopback only, least privilege, and bad requests that harm nobody else.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { access } from './access.ts'
import { badRequests } from './bad-requests.ts'
import { poison } from './poison.ts'

export const security: readonly Scenario[] = suite('security', [...access, badRequests, poison])
