import { expect, test } from 'vitest'
import type { FaultRecord } from '../../harness/judge/model/fault-record.ts'
import { sampleRun } from '../testing/sample-run.ts'
import { cellText, faultTable } from './fault-table.ts'

const fault = (kind: string, stage: string, effect: string | null): FaultRecord => ({
  kind,
  stage,
  effect,
  operation: 'sending',
  parameters: {},
})

test('each kind is counted by where it struck, and what showed no effect is told apart', () => {
  const [scenario] = sampleRun('pass').scenarios
  if (scenario === undefined) throw new Error('a sample run has scenarios')
  const faults = [fault('kill', 'relay', 'gone'), fault('kill', 'relay', null), fault('down', 'link', 'refused')]
  const faultKinds = [
    { kind: 'down', stages: ['link'] },
    { kind: 'kill', stages: ['relay', 'collector'] },
    { kind: 'pause', stages: ['relay'] },
  ]
  expect(faultTable({ scenarios: [{ ...scenario, faults }], faultKinds })).toEqual({
    columns: ['link, while sending', 'relay, while sending'],
    rows: [
      { kind: 'down', cells: [{ tried: 1, effective: 1 }, undefined], untriedStages: [] },
      { kind: 'kill', cells: [undefined, { tried: 2, effective: 1 }], untriedStages: ['collector'] },
    ],
    untriedKinds: ['pause'],
  })
  expect([undefined, { tried: 2, effective: 2 }, { tried: 2, effective: 1 }].map(cellText)).toEqual(['', '2', '1 of 2'])
})

test('a run that broke nothing has no table', () => {
  expect(faultTable({ scenarios: [], faultKinds: [] })).toBeUndefined()
})
