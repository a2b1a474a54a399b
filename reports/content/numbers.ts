// Numbers as people read them: counts, durations, bytes, cores.

const counts = new Intl.NumberFormat('en-US')

/** `1,284,332` */
export function formatCount(value: number): string {
  return counts.format(value)
}

/** `1 event`, `2 events` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}

/** `840 ms`, `12.3 s`, `4 min 05 s`, `2 h 07 min` */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

/** `256 MiB`, `1.5 GiB`; up to three figures that mean something. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1023.5 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${Number(value.toFixed(digits))} ${units[unit] ?? 'B'}`
}

/** `0.25 cores`, `1 core` */
export function formatCores(cores: number): string {
  const value = Number(cores.toFixed(2))
  return `${value} ${value === 1 ? 'core' : 'cores'}`
}
