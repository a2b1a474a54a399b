// The platform itself: the stack comes up on this machine and is what it says it is.

import { runExperiment } from '../harness/experiment/experiment.ts'
import type { Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'

export const platform: Scenario[] = suite('platform', [
  {
    name: 'starts',
    title: 'starts every service, applies the schema, and reports healthy',
    requirements: ['R1', 'R2', 'R15'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'platform' }, async (experiment) => {
        const { endpoints } = experiment.stack
        experiment.check('health', 'ClickHouse answers its ping', {
          actual: (await fetch(`${endpoints.clickhouseHttp}/ping`)).status,
          expected: 200,
        })
        experiment.check('health', 'the collector is ready', {
          actual: (await fetch(endpoints.collectorHealth)).status,
          expected: 200,
        })
        const [version] = await experiment.database.rows<{ version: string }>('SELECT version() AS version')
        const wanted = experiment.stack.components.find(({ name }) => name === 'clickhouse')?.version ?? ''
        const release = (text: string | undefined) => text?.split('.').slice(0, 2).join('.')
        experiment.check('health', 'ClickHouse is of the release that was resolved', {
          actual: release(version?.version),
          expected: release(wanted),
        })
      }),
  },
])
