// The doctor's visit with all that is at hand: the stack's ports, and the running stack where there is one.

import { nowMs } from '../../core/clock.ts'
import { connect } from '../clickhouse/database.ts'
import { standardDirectory } from '../client/relay/relay-options.ts'
import { endingsOf } from '../daily/endings.ts'
import { relayByItself } from '../daily/other-relay.ts'
import { stackPorts } from '../daily/ports.ts'
import { observeQueue } from '../daily/queue.ts'
import { serviceLog } from '../daily/service-log.ts'
import { probesOf, readState } from '../daily/state.ts'
import { readStoredGrowth } from '../daily/stored-growth.ts'
import { isLoop, renderEndings } from '../daily/supervisor.ts'
import { leftOfDaily } from '../runtime/running-stacks.ts'
import { readCounters } from './collector-counters.ts'
import { type Diagnosis, runDoctor } from './doctor.ts'
import { realSystem } from './real-system.ts'

export async function diagnose(stackDirectory: string): Promise<Diagnosis> {
  const ports = await stackPorts(stackDirectory, process.env)
  const state = await readState()
  const otherRelay = state?.relay ? null : await relayByItself()
  if (!state) return runDoctor({ stackDirectory, ports, left: await leftOfDaily(), otherRelay })
  const { endpoints, relay, users, database } = state
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  await using connection = connect({ endpoints, passwords, database }, 'analyst')
  return await runDoctor({
    stackDirectory,
    ports,
    otherRelay,
    running: {
      query: (sql) => connection.rows(sql),
      collectorMetrics: endpoints.collectorMetrics,
      queue: () =>
        observeQueue({
          counters: () => realSystem().fetchText(endpoints.collectorMetrics),
          log: () => serviceLog(state, 'otel-collector'),
        }),
      stored: async () => {
        await using admin = connect({ endpoints, passwords, database }, 'admin')
        const counters = await readCounters(realSystem(), endpoints.collectorMetrics)
        // Of a collector that does not answer nobody knows, so its files count.
        const waiting = counters === undefined ? 1 : counters.logs.queued + counters.metrics.queued
        return await readStoredGrowth(admin, standardDirectory(), waiting)
      },
      endpoint: (relay ?? endpoints).otlpGrpc,
      // The relay has a check of its own.
      probes: Object.fromEntries(
        probesOf(state).flatMap(({ name, probe }) => (name === 'relay' ? [] : [[name, probe]])),
      ),
      ...(relay ? { relay: relay.otlpHttp } : {}),
      endings: async () =>
        (await endingsOf(state)).map((each) => ({
          text: renderEndings(each),
          loop: isLoop(each, nowMs()),
          runs: each.nextAt === null,
          lines: each.lines,
        })),
      ports: [...Object.values(endpoints), ...Object.values(relay ?? {})].map((endpoint) =>
        Number(new URL(endpoint.includes('://') ? endpoint : `tcp://${endpoint}`).port),
      ),
    },
  })
}
