// Who is compared: our policy in the collector and at the client's end, the redaction processor, and scanners whose findings are cut out.
import { parse } from 'yaml'
import { z } from 'zod'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { seatJudges } from '../../../harness/privacy/judges/judges.ts'
import { compilePolicy } from '../../../stack/policy/layers/collector/compile.ts'
import type { Policy } from '../../../stack/policy/policy.ts'
import { clientCpu, throughClient } from './client.ts'
import { type Processing, startCollector, throughCollector } from './collector.ts'
import { cutOut } from './cut-out.ts'
import type { Cpu } from './load.ts'
import type { SanitizeAll } from './quality.ts'
import { redaction } from './redaction.ts'
import { scannerCpu } from './scanner-cpu.ts'

export interface Contender {
  readonly name: string
  /** Absent where only the CPU time is measured. */
  readonly sanitizeAll?: SanitizeAll
  /** Whether a collector takes the records: what one takes that does nothing with them is no part of the contender's CPU time. */
  readonly inCollector: boolean
  readonly startCpu: () => Promise<Cpu>
}

export interface Contenders {
  readonly contenders: readonly Contender[]
  /** Those that cannot be had here, each with the reason. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[]
}

export const NOTHING = 'nothing (a collector that drops everything)'
const MASKS = ['transform/hash', 'transform/mask']
const WHOLE = ['transform/exclude', 'filter/exclude', ...MASKS]

/** @param program that of the stack's collector */
export async function contendersOf(
  policy: Policy,
  program: string,
  progress: (message: string) => void,
): Promise<Contenders> {
  const { judges, missing } = await seatJudges(progress)
  const redacting = await redaction(progress).catch((error: unknown) => {
    if (!(error instanceof MachineError)) throw error
    return messageOf(error)
  })
  const theirs = 'redaction processor, two patterns'
  return {
    contenders: [
      collector(NOTHING, { program, processors: {} }),
      ...ours(policy, program),
      ...(typeof redacting === 'string' ? [] : [collector(theirs, redacting, true)]),
      ...judges.map(
        (judge): Contender => ({
          name: `${judge.name} ${judge.version}, findings cut out`,
          sanitizeAll: (attributes) => cutOut(judge, attributes),
          inCollector: false,
          startCpu: () => scannerCpu(judge),
        }),
      ),
    ],
    missing: [...(typeof redacting === 'string' ? [{ name: theirs, reason: redacting }] : []), ...missing],
  }
}

/** Path filters leave out whole records: that is no masking, and only what they cost is told. */
function ours(policy: Policy, program: string): Contender[] {
  const { processors } = z.object({ processors: z.record(z.string(), z.unknown()) }).parse(parse(compilePolicy(policy)))
  const some = (names: readonly string[]): Processing => ({
    program,
    processors: Object.fromEntries(names.map((name) => [name, processors[name]])),
  })
  return [
    collector('our policy in the collector', some(MASKS), true),
    collector('our policy in the collector, with path filters', some(WHOLE)),
    { name: "our policy at the client's end", sanitizeAll: throughClient, inCollector: false, startCpu: clientCpu },
  ]
}

function collector(name: string, processing: Processing, isJudged = false): Contender {
  const sanitizeAll: SanitizeAll = (attributes) =>
    throughCollector(
      processing,
      attributes.map(({ key, text }) => ({ key: key === '' ? 'prompt' : key, text })),
    )
  return {
    name,
    ...(isJudged ? { sanitizeAll } : {}),
    inCollector: true,
    startCpu: async () => {
      const running = await startCollector(processing)
      return {
        msFor: ({ requests }) => running.cpuMsFor(requests),
        [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
      }
    },
  }
}
