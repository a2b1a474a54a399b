// What ClickHouse has answered for is on its disk: the syncs of an insert are counted, between the request and the receipt.
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay } from '../../harness/rigs/emitters.ts'
import type { Definition } from '../../harness/scenario.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'

interface Syncs {
  readonly inserts: number
  readonly files: number
  readonly directories: number
}

export const synced: Definition = {
  name: 'synced',
  title: 'has on the disk what ClickHouse says it has taken: each insert is synced, its files and their directory',
  requirements: ['R3', 'R12'],
  run: (context) =>
    runExperiment(context, { mark: 'synced' }, async (experiment) => {
      await using admin = connect(experiment.stack, 'admin')
      await using emitter = replay(experiment.stack, 'grpc')
      const before = await syncsOf(admin)
      await experiment.sendLoad(
        emitter,
        sessionsLoad({ seed: context.seed, sessions: 1, startMs: context.dataStartMs, spreadMs: 1000, prompts: 1 }),
      )
      // The collector has its receipts by then.
      await experiment.drain()
      const after = await syncsOf(admin)
      const inserts = after.inserts - before.inserts
      experiment.measure('durability', { name: 'inserts', value: inserts, unit: 'inserts', limit: { atLeast: 1 } })
      for (const what of ['files', 'directories'] as const)
        experiment.measure('durability', {
          name: `syncs of ${what}, at least one an insert`,
          value: after[what] - before[what],
          unit: 'syncs',
          limit: { atLeast: inserts },
        })
    }),
}

/** Since ClickHouse's start. Merges sync nothing. */
async function syncsOf(database: Database): Promise<Syncs> {
  const rows = await database.rows<{ event: string; value: number }>(
    "SELECT event, toUInt32(value) AS value FROM system.events WHERE event IN ('InsertQuery', 'FileSync', 'DirectorySync')",
  )
  const of = (name: string) => rows.find(({ event }) => event === name)?.value ?? 0
  return { inserts: of('InsertQuery'), files: of('FileSync'), directories: of('DirectorySync') }
}
