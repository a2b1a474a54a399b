// The registry of faults: every file in kinds/ is one kind. Nothing else lists them.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../core/errors.ts'
import { type Fault, type FaultKind, type FaultName, nameOf } from './fault.ts'

const files = readdirSync(join(import.meta.dirname, 'kinds'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .sort()

/** All kinds, in the order of their names. */
export const faultKinds: readonly FaultKind[] = await Promise.all(
  files.map(async (name): Promise<FaultKind> => {
    const { kind }: { readonly kind?: FaultKind } = await import(`./kinds/${name}.ts`)
    if (kind === undefined) throw new Error(`harness/faults/kinds/${name}.ts exports no kind`)
    return kind
  }),
)

/** @throws UserError for a kind that there is not */
export function kindOf(fault: { readonly kind: string; readonly stage: string }): FaultKind {
  const kind = faultKinds.find(({ kind: name }) => name === fault.kind)
  if (kind === undefined)
    throw new UserError(
      `fault ${nameOf(fault)}: there is no such kind; there are ${faultKinds.map(({ kind: name }) => name).join(', ')}`,
    )
  return kind
}

const outerSchema = z.object({ kind: z.string(), stage: z.string(), parameters: z.unknown() })

/** A fault that comes from outside. @throws UserError that names the kind, stage or parameter that there is not */
export function parseFault(value: unknown): Fault {
  const outer = outerSchema.safeParse(value)
  if (!outer.success) throw new UserError('a fault has a kind, a stage and parameters')
  const kind = kindOf(outer.data)
  const stage = kind.stages.find((one) => one === outer.data.stage)
  if (stage === undefined) throw new UserError(`fault ${nameOf(outer.data)}: its stages are ${kind.stages.join(', ')}`)
  const parameters = kind.parameters.safeParse(outer.data.parameters)
  if (!parameters.success) {
    const [issue] = parameters.error.issues
    throw new UserError(`fault ${nameOf(outer.data)}: parameters.${issue?.path.join('.')}: ${issue?.message}`)
  }
  return { kind: kind.kind satisfies FaultName, stage, parameters: parameters.data } as Fault
}
