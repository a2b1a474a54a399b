// The suite *security*: loopback only, least privilege, bad requests that harm nobody else, and people who are forgotten.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { access } from './access.ts'
import { badRequests } from './bad-requests.ts'
import { forgotten } from './forgotten.ts'
import { poison } from './poison.ts'

export const security: readonly Scenario[] = suite('security', [...access, badRequests, poison, forgotten])
