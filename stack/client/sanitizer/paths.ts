// Whether a text touches a directory whose events are left out.
import type { PolicyDocument } from './document.ts'
import { ready, type Substitution } from './masker.ts'

export class Paths {
  readonly #near: RegExp
  readonly #steps: readonly Substitution[]
  readonly #touches: RegExp

  constructor({ near, steps, touches }: NonNullable<PolicyDocument['paths']>) {
    this.#near = new RegExp(near.map((literal) => RegExp.escape(literal)).join('|'))
    this.#steps = steps.map(ready)
    this.#touches = new RegExp(touches.source, touches.flags)
  }

  isTouchedBy(text: string): boolean {
    if (!this.#near.test(text.toLowerCase())) return false
    let left = text
    for (const { pattern, replacement } of this.#steps) left = left.replace(pattern, replacement)
    return this.#touches.test(left)
  }
}
