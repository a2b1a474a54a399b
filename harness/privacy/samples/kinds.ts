// Reads which kinds of secrets recall is measured by, and which are left out and why.
import { join } from 'node:path'
import { z } from 'zod'
import { readYamlFile } from '../../../core/yaml-file.ts'

const kindsSchema = z.strictObject({
  format: z.array(z.string()),
  named: z.array(z.string()),
  left_out: z.record(z.string(), z.string()),
})

export type Kinds = z.infer<typeof kindsSchema>

export function readKinds(): Promise<Kinds> {
  return readYamlFile(join(import.meta.dirname, 'kinds.yaml'), 'harness/privacy/samples/kinds.yaml', kindsSchema)
}

/** The class of a rule; undefined for one that is left out. A rule that nobody has put anywhere is told as a mistake. */
export function kindOf(kinds: Kinds, rule: string): 'format' | 'named' | undefined {
  if (kinds.format.includes(rule)) return 'format'
  if (kinds.named.includes(rule)) return 'named'
  if (rule in kinds.left_out) return undefined
  throw new Error(`harness/privacy/samples/kinds.yaml does not say what kind ${rule} is`)
}
