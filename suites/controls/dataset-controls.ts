// Sabotages of datasets: files, manifests and loads that are not what they say, a database that tells copies apart, and samples among other records.
import { type DatasetTamper, noTamper } from '../../harness/scenario.ts'
import type { Database } from '../../stack/clickhouse/database.ts'
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

const ofSamples = (control: Control): Control => ({ ...control, scenario: 'datasets/apart' })

/** Statements go another way, or, where it is an empty text, none at all. */
const through = (database: Database, change: (sql: string) => string): Database => ({
  ...database,
  run: async (sql, parameters) => {
    const now = change(sql)
    if (now !== '') await database.run(now, parameters)
  },
})

const samplesAmongOthers: readonly Control[] = [
  tampered('mark-dropped', 'loads a sample without its mark', { mark: () => undefined }),
  edited('mark-of-points-lost', 'keeps the mark of events only', {
    file: 'clickhouse/schema/005-metric-points.sql',
    from: 'texts[5] AS dataset',
    to: "'' AS dataset",
  }),
  edited('samples-shown', 'shows samples among all other records', {
    file: 'clickhouse/schema/002-functions.sql',
    from: "-> dataset = extract(getSetting('log_comment'), '^dataset:(.*)$')",
    to: '-> true',
  }),
  edited('samples-audited', 'counts what the policy left out of samples as left out of the rest', {
    file: 'clickhouse/schema/008-audit.sql',
    from: /notEmpty\(last_line\) AND telemetry_shown\(dataset\)(?= GROUP BY ALL\n {4}UNION ALL\n {4}SELECT day)/,
    to: 'notEmpty(last_line)',
  }),
  edited('sample-takes-a-place', 'takes a record and the same in a sample for one', {
    file: 'clickhouse/schema/004-log-records.sql',
    from: "if(dataset = '', counted, cityHash64(counted, dataset))",
    to: 'counted',
  }),
  tampered('removal-leaves-points', 'removes the events of a sample only', {
    removing: (admin) => through(admin, (sql) => (sql.includes('metric_points DELETE') ? '' : sql)),
  }),
  tampered('removal-takes-more', 'removes all data points with a sample', {
    removing: (admin) => through(admin, (sql) => sql.replace(/(metric_points DELETE WHERE) dataset = \S+/, '$1 true')),
  }),
].map(ofSamples)

export const datasetControls: readonly Control[] = [
  ...samplesAmongOthers,
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
