// The doctor's visit with all that is at hand: the stack's ports, and the running stack where there is one.

import { connect } from '../clickhouse/database.ts'
import { collectorLog } from '../daily/collector-log.ts'
import { stackPorts } from '../daily/ports.ts'
import { observeQueue } from '../daily/queue.ts'
import { readState } from '../daily/state.ts'
import { type Diagnosis, runDoctor } from './doctor.ts'
import { realSystem } from './real-system.ts'

export async function diagnose(stackDirectory: string): Promise<Diagnosis> {
  const ports = await stackPorts(stackDirectory, process.env)
  const state = await readState()
  if (!state) return runDoctor({ stackDirectory, ports })
  const { endpoints, relay, users, database } = state
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  await using connection = connect({ endpoints, passwords, database }, 'analyst')
  return await runDoctor({
    stackDirectory,
    ports,
    running: {
      query: (sql) => connection.rows(sql),
      collectorMetrics: endpoints.collectorMetrics,
      queue: () =>
        observeQueue({
          counters: () => realSystem().fetchText(endpoints.collectorMetrics),
          log: () => collectorLog(state),
        }),
      endpoint: (relay ?? endpoints).otlpGrpc,
      ...(relay ? { relay: relay.otlpHttp } : {}),
      ports: Object.values(endpoints).map((endpoint) =>
        Number(new URL(endpoint.includes('://') ? endpoint : `tcp://${endpoint}`).port),
      ),
    },
  })
}
