// The name of a sample: of a form that needs no quotation marks anywhere, and nothing that the privacy policy would change.
import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { explainText } from '../policy/explain.ts'
import { readPolicy } from '../policy/policy.ts'

const FORM = /^[a-z0-9][a-z0-9._-]{0,63}$/

/**
 * @param how where the name comes from, and what can be done about it
 * @throws UsageError for another form, and for a name under which nobody would find the sample again
 */
export async function sampleName(stackDirectory: string, name: string, how: string): Promise<string> {
  if (!FORM.test(name))
    throw new UsageError(
      `${how}: ${name} is no name for a sample: small letters, digits, and . _ - after the first of them, 64 at most`,
    )
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const { result, excluded } = explainText(policy, name, '')
  if (excluded || result !== name)
    throw new UsageError(`${how}: the privacy policy would store ${name} as ${result}; take another name`)
  return name
}
