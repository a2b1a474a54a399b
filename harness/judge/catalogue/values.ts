// Texts that were sent as the numbers that the data model makes of them, and sums without loss.

const INTEGER = /^[+-]?\d+$/
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const MOST = 2n ** 63n - 1n
const NANOS = 1e9

/** A whole number of 64 bits; a fraction is rounded, half to even; blanks around it do not count. */
export function wholeNumber(sent: string | undefined): bigint | null {
  if (sent === undefined) return null
  const text = sent.replace(/^ +| +$/g, '')
  const number = finite(text)
  if (number === null) return null
  const whole = INTEGER.test(text) ? BigInt(text.replace('+', '')) : BigInt(halfToEven(number))
  return whole > MOST || whole < -MOST - 1n ? null : whole
}

/** An amount of money in billionths of a dollar. Exact for amounts of at most nine decimals that are not beyond millions. */
export function nanoDollars(amount: string | number | null | undefined): bigint | null {
  const number = typeof amount === 'string' ? finite(amount) : (amount ?? null)
  return number === null ? null : BigInt(Math.round(number * NANOS))
}

/** "true" and "false", in whatever case, and nothing else. */
export function flag(text: string | undefined): boolean | null {
  const lower = text?.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : null
}

export function sum(values: readonly (bigint | null)[]): bigint {
  return values.reduce<bigint>((total, value) => total + (value ?? 0n), 0n)
}

/** What the weight of an event that stands for itself is: of others it has fractions, to a trillionth. */
export const WHOLE = 1_000_000_000_000n

/** How many events these stand for, to a whole number. */
export function scaledCount(events: readonly { readonly weight: bigint }[]): bigint {
  return scaledSum(events, () => 1n)
}

/** The sum of a number of each, each for as many as it stands for, to a whole number; a half is away from 0. */
export function scaledSum<T extends { readonly weight: bigint }>(
  events: readonly T[],
  numberOf: (event: T) => bigint | null,
): bigint {
  return quotient(sum(events.map((event) => (numberOf(event) ?? 0n) * event.weight)), WHOLE)
}

/** Billionths as millionths, half away from 0. */
export function microsOf(nanos: bigint): bigint {
  return quotient(nanos, 1000n)
}

function quotient(value: bigint, unit: bigint): bigint {
  return value < 0n ? -quotient(-value, unit) : (value + unit / 2n) / unit
}

/** How often it fits in whole, downwards for what is negative too. */
export function wholeTimes(value: bigint, unit: bigint): bigint {
  return value / unit - (value % unit < 0n ? 1n : 0n)
}

export function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))].sort()
}

export function largest(values: readonly (bigint | null)[]): bigint | null {
  return values.reduce((most, value) => (most === null || (value !== null && value > most) ? value : most), null)
}

function finite(text: string): number | null {
  if (!NUMBER.test(text)) return null
  const number = Number(text)
  return Number.isFinite(number) ? number : null
}

function halfToEven(number: number): number {
  const below = Math.floor(number)
  const rest = number - below
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below
}
