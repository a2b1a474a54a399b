// Prompts as the client sends them, and what must stand in the database in place of what they hold.
import { seededUuid } from '../../core/random.ts'
import type { ExpectedLog } from '../../generators/batch.ts'
import { attributes, type logsBatch } from '../../generators/hand-made.ts'
import type { Context } from '../../harness/scenario.ts'

/** A record as the client sends it for a prompt, with these attributes too. */
export function prompt(context: Context, name: string, sequence: number, more: Parameters<typeof attributes>[0]) {
  return {
    timeUnixNano: `${context.dataStartMs + sequence}000000`,
    body: { stringValue: 'claude_code.user_prompt' },
    attributes: attributes({
      'session.id': seededUuid(context.seed, name),
      'event.name': 'user_prompt',
      'event.sequence': { intValue: String(sequence) },
      ...more,
    }),
  }
}

/** A batch whose stored attributes differ from the sent ones as the planter says. */
export function planted(
  batch: ReturnType<typeof logsBatch>,
  changes: readonly Partial<ExpectedLog>[],
): ReturnType<typeof logsBatch> {
  return {
    ...batch,
    expected: batch.expected.map((record, index) =>
      record.signal === 'logs'
        ? { ...record, ...changes[index], attributes: { ...record.attributes, ...changes[index]?.attributes } }
        : record,
    ),
  }
}
