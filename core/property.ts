// Looking into values of unknown shape.

/** A property of anything; undefined where there is none. */
export function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
