// Sabotages of datasets: files, manifests and loads that are not what they say, and a database that tells copies apart.
import { type DatasetTamper, noTamper } from '../../harness/scenario.ts'
import type { Control, Edit } from './control.ts'

const scenario = { scenario: 'datasets/every-format', oracle: 'dataset' } as const

const tampered = (id: string, sabotage: string, dataset: DatasetTamper): Control => ({
  id,
  sabotage,
  ...scenario,
  tamper: { ...noTamper, dataset },
})

const edited = (id: string, sabotage: string, ...edits: readonly Edit[]): Control => ({
  id,
  sabotage,
  ...scenario,
  edits,
})

export const datasetControls: readonly Control[] = [
  tampered('dataset-loses-a-row', 'leaves the first event of a session out of the files', {
    lines: (lines, holding) => (holding === 'events' ? lines.slice(1) : lines),
  }),
  tampered('dataset-repeats-a-row', 'writes the last event of a session twice, which no query shows', {
    lines: (lines, holding) => (holding === 'events' ? [...lines, ...lines.slice(-1)] : lines),
  }),
  tampered('answers-of-another-seed', 'gives the answers of another seed as those of the files', {
    answersOf: (seed) => seed + 1,
  }),
  tampered('load-skips-a-file', 'loads all files but the first', { loaded: (files) => files.slice(1) }),
  tampered('dataset-cents-lost', 'writes costs without their last digits', {
    lines: (lines) => lines.map((line) => line.replaceAll(/("cost_usd":"\d+\.\d\d)\d+/g, '$1')),
  }),
  edited('dataset-counted-twice', 'shows what was loaded twice two times', {
    file: 'clickhouse/schema/007-queries.sql',
    from: 'FROM telemetry.log_records FINAL WHERE sent_time != ',
    to: 'FROM telemetry.log_records WHERE sent_time != ',
  }),
]
