// Whether the stack would start with what is here now: asked before one that runs is stopped for it.
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { readYamlFile } from '../../core/yaml-file.ts'
import { applyPolicy } from '../policy/layers/apply.ts'
import { chooseRuntime } from '../runtime/auto/choose.ts'
import { readComposeFile } from '../runtime/compose-file.ts'
import { requireFixedPorts } from '../runtime/fixed-ports.ts'
import { retentionDaysOf } from '../runtime/retention.ts'
import type { RuntimeKind } from '../runtime/runtime.ts'
import { type DailyState, dailySecrets } from './state.ts'

const SERVICES = ['clickhouse', 'otel-collector']

/** @throws UserError with what is wrong, of what can be known without starting it */
export async function requireStartable(kind: RuntimeKind, running: DailyState): Promise<void> {
  requireVariables(process.env)
  await applyPolicy(stackDirectory)
  await readYamlFile(join(stackDirectory, 'collector/config.yaml'), 'stack/collector/config.yaml', z.looseObject({}))
  const compose = await readComposeFile(join(stackDirectory, 'compose.yaml'), 'stack/compose.yaml', {
    ...(await dailySecrets()),
    ...set(process.env),
  })
  await chooseRuntime(kind, stackDirectory)
  const held = new Set(Object.values(running.endpoints).map((endpoint) => Number(/:(\d+)(?:\/|$)/.exec(endpoint)?.[1])))
  const services = SERVICES.flatMap((name) => compose.services.get(name) ?? [])
  await requireFixedPorts(
    services.map((service) => ({ ...service, ports: service.ports.filter(({ hostPort }) => !held.has(hostPort)) })),
  )
}

/** @throws UserError for a variable that the services would misunderstand, or tell by a line of their own configuration */
export function requireVariables(environment: Readonly<Record<string, string | undefined>>): void {
  requirePercentage(environment.TELEMETRY_SAMPLING_PERCENTAGE)
  retentionDaysOf(environment.TELEMETRY_RETENTION_DAYS)
}

/** The collector would take 200 for 100, and tell a word by a line of its configuration. */
function requirePercentage(value: string | undefined): void {
  if (value === undefined || value === '') return
  if (!/^\d+(?:\.\d+)?$/.test(value) || Number(value) > 100)
    throw new UsageError(`TELEMETRY_SAMPLING_PERCENTAGE=${value}: must be a number from 0 to 100`)
}

/** The variables that are set. */
export function set(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
