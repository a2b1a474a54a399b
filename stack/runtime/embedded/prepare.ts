// Makes the embedded runtime's components ready without starting any of them.
import type { Component, Progress } from '../runtime.ts'
import { requireWays, resolveClickhouse, resolveCollector, resolveToxiproxy } from './components.ts'

/** Resolves, fetches or builds all components. @returns where each came from */
export async function prepareComponents(stackDirectory: string, progress: Progress): Promise<Component[]> {
  await requireWays({ stackDirectory, faults: true })
  const clickhouse = await resolveClickhouse(progress)
  const collector = await resolveCollector(stackDirectory, progress)
  const toxiproxy = await resolveToxiproxy(progress)
  return [
    { name: 'clickhouse', version: clickhouse.version, source: clickhouse.source },
    { name: 'otel-collector', version: collector.version, source: collector.source },
    { name: 'toxiproxy', version: toxiproxy.version, source: toxiproxy.source },
  ]
}
