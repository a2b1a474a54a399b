// The short form in which the catalogue writes its scenarios.

import type { AnyValue, KeyValue, LogRecord } from '../../core/otlp/otlp.ts'
import type { Batch, ExpectedLog } from '../../generators/batch.ts'
import { expectedOf, nothingPlanted } from '../../generators/expected.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { Proof, type ProofOptions } from '../proof.ts'
import type { Context, Outcome, Profile, Scenario } from '../scenario.ts'

export interface Definition {
  readonly name: string
  readonly title: string
  readonly requirements: readonly string[]
  readonly profile?: Profile
  readonly run: (context: Context) => Promise<Outcome>
}

export function suite(name: string, definitions: readonly Definition[]): Scenario[] {
  return definitions.map((definition) => ({
    id: `${name}/${definition.name}`,
    suite: name,
    title: definition.title,
    requirements: definition.requirements,
    profile: definition.profile ?? 'standard',
    run: definition.run,
  }))
}

/** Carries out a proof on the shared stack (or another) and closes it. */
export async function proven(
  context: Context,
  options: ProofOptions,
  work: (proof: Proof) => Promise<void>,
  stack?: Stack,
): Promise<Outcome> {
  await using proof = await Proof.begin(context, stack ?? (await context.stack()), options)
  await work(proof)
  return await proof.outcome()
}

/** A day before the run's clock: generated sessions end before it. */
export function aDayBefore(context: Context): number {
  return context.startMs - 86_400_000
}

export function attributes(map: Readonly<Record<string, AnyValue | string>>): KeyValue[] {
  return Object.entries(map).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : value,
  }))
}

/** A hand-made batch of log records under the client's own resource and scope; what must be stored of it is what was sent. */
export function logsBatch(records: readonly LogRecord[], fates?: readonly ExpectedLog['fate'][]): Batch {
  const request = {
    resourceLogs: [
      {
        resource: { attributes: attributes({ 'service.name': 'claude-code', 'service.version': '2.1.197' }) },
        scopeLogs: [{ scope: { name: 'com.anthropic.claude_code.events', version: '2.1.197' }, logRecords: records }],
      },
    ],
  }
  const expected = expectedOf(request, nothingPlanted).map((record, index) => ({
    ...record,
    fate: fates?.[index] ?? record.fate,
  }))
  return { signal: 'logs', request, expected }
}
