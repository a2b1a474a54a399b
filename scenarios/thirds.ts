// A load in three parts: before, while and after something happens.

export function inThirds<T>(batches: readonly T[]): T[][] {
  const size = Math.ceil(batches.length / 3)
  return [0, 1, 2].map((index) => batches.slice(index * size, (index + 1) * size))
}
