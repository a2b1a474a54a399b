// report.json: the run's result as programs read it.
import type { RunResult } from '../harness/judge/run-result.ts'
import { reportSchema } from './schema.ts'

/**
 * The text of report.json, with its keys in the order of the contract.
 * @throws ZodError when the result breaks the contract, which is a fault of the harness
 */
export function renderJson(result: RunResult): string {
  return `${JSON.stringify(reportSchema.parse(result), null, 2)}\n`
}
