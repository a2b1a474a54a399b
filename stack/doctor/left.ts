// What runs of the daily stack without being part of a running one: services that a killed keeper left, a relay by itself.
import type { OtherRelay } from '../daily/other-relay.ts'
import { LEFT_ADVICE, renderLeft } from '../daily/state.ts'
import type { LeftProcess } from '../runtime/running-stacks.ts'
import type { DoctorFinding } from './finding.ts'
import { bad, ok } from './finding.ts'

const CHECK = 'stack'

export function checkLeft(left: readonly LeftProcess[], relay: OtherRelay | null): DoctorFinding[] {
  return [
    ...(left.length === 0 ? [] : [bad(CHECK, renderLeft(left), LEFT_ADVICE)]),
    ...(relay === null
      ? []
      : [
          ok(
            CHECK,
            `a relay runs by itself on ${relay.url} (process ${relay.pid}), for ${relay.backend}`,
            'beside it: `npm run stack -- up --no-relay`',
          ),
        ]),
  ]
}
