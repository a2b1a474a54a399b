// The client's metrics: sums that start anew with every export (delta), sent as doubles.

import type { Metric, NumberDataPoint } from '../core/otlp/otlp.ts'
import type { ExpectedPoint } from './batch.ts'
import { concat, type Envelope, write } from './envelope.ts'
import { type Fields, string } from './fields.ts'
import type { VersionProfile } from './profiles.ts'

/** The instruments in the order in which the client sends them. */
export const instruments = {
  'session.count': { description: 'Count of CLI sessions started', unit: '' },
  'lines_of_code.count': {
    description:
      "Count of lines of code modified, with the 'type' attribute indicating whether lines were added or removed and the 'model' attribute indicating which model made the change",
    unit: '',
  },
  'pull_request.count': { description: 'Number of pull requests created', unit: '' },
  'commit.count': { description: 'Number of git commits created', unit: '' },
  'cost.usage': { description: 'Cost of the Claude Code session', unit: 'USD' },
  'token.usage': { description: 'Number of tokens used', unit: 'tokens' },
  'code_edit_tool.decision': {
    description:
      'Count of code editing tool permission decisions (accept/reject) for Edit, Write, and NotebookEdit tools',
    unit: '',
  },
  'active_time.total': { description: 'Total active time in seconds', unit: 's' },
} as const

export type Instrument = keyof typeof instruments

/** One export of metrics: the metrics, and one expectation for each data point in their order. */
export interface MetricsExport {
  readonly atMs: number
  readonly metrics: readonly Metric[]
  readonly expected: readonly ExpectedPoint[]
}

export interface Meter {
  /** Adds to the sum of these attributes; the first addition after an export is the start of its interval. */
  add(
    instrument: Instrument,
    value: number,
    attributes: Readonly<Record<string, string | undefined>>,
    atMs: number,
  ): void
  /** What has been added since the last export; undefined when nothing was. */
  export(atMs: number): MetricsExport | undefined
}

interface Sum {
  readonly fields: Fields
  readonly startMs: number
  value: number
}

export const metricsScope = 'com.anthropic.claude_code'

export function createMeter(profile: VersionProfile, envelope: Envelope): Meter {
  let sums = new Map<Instrument, Map<string, Sum>>()
  return {
    add(instrument, value, attributes, atMs) {
      const key = JSON.stringify(attributes)
      const series = sums.get(instrument) ?? new Map<string, Sum>()
      sums.set(instrument, series)
      const sum = series.get(key)
      if (sum !== undefined) sum.value += value
      else series.set(key, { fields: fieldsOf(attributes), startMs: atMs, value })
    },
    export(atMs) {
      if (sums.size === 0) return undefined
      const finished = sums
      sums = new Map()
      return writeExport(finished, atMs, profile, envelope)
    },
  }
}

function fieldsOf(attributes: Readonly<Record<string, string | undefined>>): Fields {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, value === undefined ? undefined : string(value)]),
  )
}

function writeExport(
  sums: ReadonlyMap<Instrument, Map<string, Sum>>,
  atMs: number,
  profile: VersionProfile,
  envelope: Envelope,
): MetricsExport {
  const metrics: Metric[] = []
  const expected: ExpectedPoint[] = []
  for (const [instrument, { description, unit }] of Object.entries(instruments)) {
    const name = `claude_code.${instrument}`
    const dataPoints: NumberDataPoint[] = []
    for (const sum of sums.get(instrument as Instrument)?.values() ?? []) {
      const attributes = concat(envelope.common, write(sum.fields, profile))
      const times = { startTimeUnixNano: `${sum.startMs}000000`, timeUnixNano: `${atMs}000000` }
      dataPoints.push({ attributes: attributes.sent, ...times, asDouble: sum.value })
      expected.push({
        signal: 'metrics',
        fate: 'store',
        name,
        unit,
        ...times,
        value: sum.value,
        temporality: 1,
        monotonic: true,
        scopeName: metricsScope,
        scopeVersion: profile.version,
        resource: envelope.resource.stored,
        attributes: attributes.stored,
      })
    }
    if (dataPoints.length === 0) continue
    const sum = { dataPoints, aggregationTemporality: 1, isMonotonic: true }
    metrics.push(unit === '' ? { name, description, sum } : { name, description, unit, sum })
  }
  return { atMs, metrics, expected }
}
