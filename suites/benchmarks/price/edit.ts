// An edit of one file of the stack, and the copy of the stack that edits are applied to.
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../../core/errors.ts'

export interface Edit {
  /** Relative to the stack's directory. */
  readonly file: string
  /** The file's new text. @throws UserError when there is nothing to edit: a variant that is no variant measures nothing */
  readonly change: (text: string) => string
}

/** Applies edits to a copy of the stack, one after the other. @throws UserError when one of them changes nothing */
export async function applyEdits(directory: string, edits: readonly Edit[]): Promise<void> {
  for (const { file, change } of edits) {
    const path = join(directory, file)
    await writeFile(path, change(await readFile(path, 'utf8')))
  }
}

/** Copies the stack's files and applies edits to the copy. @throws UserError when one of them changes nothing */
export async function copyStack(stackDirectory: string, to: string, edits: readonly Edit[]): Promise<void> {
  await cp(stackDirectory, to, { recursive: true })
  await applyEdits(to, edits)
}

/** What an edit throws that does not apply. */
export function nothingToEdit(what: string): UserError {
  return new UserError(`this edit of the stack does not apply: ${what}`)
}

/** Every match of a pattern replaced. @throws UserError when there is none */
export function replaced(text: string, from: RegExp, to: string): string {
  const after = text.replace(from, () => to)
  if (after === text) throw nothingToEdit(`${String(from)} is not there`)
  return after
}
