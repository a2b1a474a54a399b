// How a class is written down in one line: a token that its format gives away, or a value beside a telling name.
import type { CanaryClass, Form, Fragment } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'

/** A secret that is known by its own format, and is private as a whole. */
export function token(id: string, make: (draw: Draw) => string): CanaryClass {
  return {
    id,
    kind: 'format',
    form: 'word',
    build: (draw) => {
      const secret = make(draw)
      return { text: secret, secret }
    },
  }
}

/** A longer text that is known by its own format, in which a part is private. */
export function format(id: string, form: Form, build: (draw: Draw) => Fragment): CanaryClass {
  return { id, kind: 'format', form, build }
}

/** A longer text in which only a name or a flag tells that a part is private. */
export function named(id: string, form: Form, build: (draw: Draw) => Fragment): CanaryClass {
  return { id, kind: 'named', form, build }
}

/** A value that looks like nothing in particular, assigned to one of these names. */
export function namedValue(id: string, names: readonly string[], make: (draw: Draw) => string): CanaryClass {
  return named(id, 'line', (draw) => {
    const name = draw.pick(names)
    const secret = make(draw)
    return { text: draw.pick(syntaxes)(name, secret), secret, keep: [name] }
  })
}

const syntaxes = [
  (name, value) => `${name}=${value}`,
  (name, value) => `${name}: ${value}`,
  (name, value) => `${name} = "${value}"`,
  (name, value) => `"${name}": "${value}"`,
  (name, value) => `'${name}': '${value}'`,
] as const satisfies readonly ((name: string, value: string) => string)[]
