// The suite *ingest*: what is sent is stored, whatever the protocol, the size, the order or the time.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { hostiles } from './hostile.ts'
import { oddRecords } from './odd-records.ts'
import { oddValues } from './odd-values.ts'
import { otherPrograms } from './other-programs.ts'
import { overEveryProtocol } from './protocols.ts'
import { sessions } from './sessions.ts'
import { times, values } from './values.ts'

export const ingest: readonly Scenario[] = suite('ingest', [
  ...overEveryProtocol,
  ...values,
  ...sessions,
  times,
  ...oddRecords,
  ...oddValues,
  otherPrograms,
  ...hostiles,
])
