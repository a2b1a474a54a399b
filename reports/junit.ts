// junit.xml: the run's result as CI systems read it.

import { limitText } from '../harness/judge/model/measurement-text.ts'
import { tallyFields } from '../harness/judge/model/tally.ts'
import type { ScenarioResult } from '../harness/judge/model/verdict.ts'
import type { RunResult } from '../harness/judge/run-result.ts'
import { countVerdicts, groupBySuite, type SuiteSummary } from './content/summary.ts'
import { verdictSentence } from './content/verdict-sentence.ts'
import { element, escapeXml } from './xml.ts'

/**
 * A `testsuite` for each suite and a `testcase` for each scenario: fail is a failure, unknown an error, skipped is skipped.
 * Where the run's verdict is worse than that of every scenario (nothing ran, for example), a case of its own says so:
 * a file without red in it would be taken for a pass.
 */
export function renderJunit(result: RunResult): string {
  const counts = countVerdicts(result.scenarios)
  const whole = wholeRun(result)
  const suites = groupBySuite(result.scenarios).map((suite) => renderSuite(suite, result.startedAt))
  const root = element(
    'testsuites',
    {
      name: 'Telemetry Proof',
      tests: result.scenarios.length + (whole === undefined ? 0 : 1),
      failures: counts.fail + (whole?.kind === 'failure' ? 1 : 0),
      errors: counts.unknown + (whole?.kind === 'error' ? 1 : 0),
      skipped: counts.skipped,
      time: seconds(result.durationMs),
    },
    [...(whole === undefined ? [] : [whole.xml]), ...suites, '\n'],
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}

function renderSuite(suite: SuiteSummary, startedAt: string): string {
  const counts = countVerdicts(suite.scenarios)
  const attributes = {
    name: suite.name,
    tests: suite.scenarios.length,
    failures: counts.fail,
    errors: counts.unknown,
    skipped: counts.skipped,
    time: seconds(suite.durationMs),
    timestamp: startedAt,
  }
  return `\n  ${element('testsuite', attributes, [...suite.scenarios.map(renderCase), '\n  '])}`
}

function renderCase(scenario: ScenarioResult): string {
  const property = (name: string, value: string | number) => `\n        ${element('property', { name, value })}`
  const properties = [
    property('seed', scenario.seed),
    property('requirements', scenario.requirements.join(' ')),
    property('replay', scenario.replay),
    ...tallyFields.map((field) => property(`tally.${field}`, scenario.tally[field])),
    ...scenario.measurements.flatMap((one) => [
      property(`measurement.${one.name}`, one.value ?? 'not measured'),
      property(`unit.${one.name}`, one.unit),
      ...(one.limit === null ? [] : [property(`limit.${one.name}`, limitText(one))]),
    ]),
  ]
  const children = [
    `\n      ${element('properties', {}, [...properties, '\n      '])}`,
    ...outcome(scenario),
    ...(scenario.findings.length === 0
      ? []
      : [`\n      ${element('system-out', {}, [escapeXml(evidence(scenario))])}`]),
    '\n    ',
  ]
  const name = `${scenario.id}: ${scenario.title}`
  return `\n    ${element('testcase', { classname: scenario.suite, name, time: seconds(scenario.durationMs) }, children)}`
}

function outcome(scenario: ScenarioResult): readonly string[] {
  const details = escapeXml([scenario.reason, ...scenario.examples, `Replay: ${scenario.replay}`].join('\n'))
  switch (scenario.verdict) {
    case 'pass':
      return []
    case 'fail':
      return [`\n      ${element('failure', { message: scenario.reason, type: 'fail' }, [details])}`]
    case 'unknown':
      return [`\n      ${element('error', { message: scenario.reason, type: 'unknown' }, [details])}`]
    case 'skipped':
      return [`\n      ${element('skipped', { message: scenario.reason })}`]
  }
}

function evidence({ findings }: ScenarioResult): string {
  return findings
    .flatMap(({ oracle, verdict, message, examples }) => [
      `${verdict} ${oracle}: ${message}`,
      ...examples.map((each) => `  ${each}`),
    ])
    .join('\n')
}

function wholeRun(result: RunResult): { readonly kind: 'failure' | 'error'; readonly xml: string } | undefined {
  const counts = countVerdicts(result.scenarios)
  const shown = counts.fail > 0 || (result.verdict === 'unknown' && counts.unknown > 0)
  if (shown || result.verdict === 'pass' || result.verdict === 'skipped') return undefined
  const kind = result.verdict === 'fail' ? 'failure' : 'error'
  const fault = element(kind, { message: verdictSentence(result), type: result.verdict })
  const test = element('testcase', { classname: 'run', name: 'the run as a whole', time: seconds(result.durationMs) }, [
    fault,
  ])
  const counted = { failures: kind === 'failure' ? 1 : 0, errors: kind === 'error' ? 1 : 0, skipped: 0 }
  const attributes = {
    name: 'run',
    tests: 1,
    ...counted,
    time: seconds(result.durationMs),
    timestamp: result.startedAt,
  }
  return { kind, xml: `\n  ${element('testsuite', attributes, [test])}` }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
