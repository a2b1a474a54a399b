// The processes that the suite `faults` breaks, with the words of its titles, and what goes on there meanwhile.
import type { FaultCase, FaultName } from '../fault.ts'

const processes = [
  { stage: 'collector', who: 'the collector', operation: 'sending' },
  { stage: 'clickhouse', who: 'ClickHouse', operation: 'inserting' },
  { stage: 'relay', who: 'the relay', operation: 'parking' },
] as const

type CasedStage = (typeof processes)[number]['stage']

/** @param happens a participle, for names and titles: "killed" */
export function processCases<N extends FaultName>(
  happens: string,
  fault: (stage: CasedStage) => FaultCase<N>['fault'],
  more = '',
): FaultCase<N>[] {
  return processes.map(({ stage, who, operation }) => ({
    name: `${stage}-${happens}`,
    when: `${who} is ${happens}${more}`,
    operation,
    fault: fault(stage),
  }))
}
