// A control: the stack, or the way of the data, sabotaged in one place; a named oracle must say `fail`.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../core/errors.ts'
import type { Tamper } from '../../harness/scenario.ts'

export interface Control {
  readonly id: string
  /** What is broken, in words. */
  readonly sabotage: string
  /** The scenario that runs on it. */
  readonly scenario: string
  /** The oracle that must catch it; `start` where the stack must not even come up. */
  readonly oracle: string
  /** What the oracle must say; `fail` when absent. A fault without an effect makes a scenario `unknown`. */
  readonly as?: 'unknown'
  /** What must be said when the stack does not come up. */
  readonly says?: RegExp
  /** Whether it needs containers. */
  readonly containers?: boolean
  /** Whether it measures a rate, a delay or memory: anything that ran beside it would change what is measured. */
  readonly alone?: boolean
  /** Edits of a copy of the stack's files. */
  readonly edits?: readonly Edit[]
  readonly tamper?: Tamper
}

export interface Edit {
  /** Relative to the stack's directory. */
  readonly file: string
  readonly from: string | RegExp
  readonly to: string
}

/** Applies one edit. @throws UserError when it changes nothing: a sabotage that does not apply proves nothing */
export async function applyEdit(stackDirectory: string, edit: Edit): Promise<void> {
  const file = join(stackDirectory, edit.file)
  const before = await readFile(file, 'utf8')
  const after = before.replace(edit.from, () => edit.to)
  if (after === before)
    throw new UserError(`the sabotage of stack/${edit.file} does not apply: ${String(edit.from)} is not there`)
  await writeFile(file, after)
}
