// The platform itself: the stack comes up on this machine and is what it says it is.
import type { Scenario } from '../scenario.ts'
import { proven, suite } from './define.ts'

export const platform: Scenario[] = suite('platform', [
  {
    name: 'starts',
    title: 'starts every service, applies the schema, and says that it is healthy',
    requirements: ['R1', 'R2', 'R15'],
    profile: 'smoke',
    run: (context) =>
      proven(context, { mark: 'platform' }, async (proof) => {
        const { endpoints } = proof.stack
        proof.compare(
          'health',
          'ClickHouse answers its ping',
          (await fetch(`${endpoints.clickhouseHttp}/ping`)).status,
          200,
        )
        proof.compare('health', 'the collector is ready', (await fetch(endpoints.collectorHealth)).status, 200)
        const [version] = await proof.database.rows<{ version: string }>('SELECT version() AS version')
        const wanted = proof.stack.components.find(({ name }) => name === 'clickhouse')?.version ?? ''
        const release = (text: string | undefined) => text?.split('.').slice(0, 2).join('.')
        proof.compare(
          'health',
          'ClickHouse is of the release that was resolved',
          release(version?.version),
          release(wanted),
        )
      }),
  },
])
