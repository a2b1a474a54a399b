// Which benchmarks a person asked for.
import { UsageError } from '../../core/errors.ts'
import type { Benchmark } from './benchmark.ts'

/**
 * Those with these names, each once and in the order of the list; the usual ones where nothing is asked for.
 * @param asked names, several in one text with commas or spaces between them
 * @throws UsageError for a name that no benchmark has
 */
export function chooseBenchmarks(all: readonly Benchmark[], asked: readonly string[]): readonly Benchmark[] {
  const given = asked.filter((text) => text !== '')
  const names = new Set(asked.flatMap((text) => text.split(/[\s,]+/)).filter((name) => name !== ''))
  if (given.length > 0 && names.size === 0) throw new UsageError(`${given.join(' ')} names no benchmark`)
  for (const name of names)
    if (!all.some((benchmark) => benchmark.name === name))
      throw new UsageError(`there is no benchmark ${name}; there are: ${all.map((one) => one.name).join(', ')}`)
  return all.filter(({ name, usual }) => (names.size === 0 ? usual : names.has(name)))
}
