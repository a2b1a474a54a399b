// Processes that inherited a mark in their environment, services too, and the memory that they take.
import type { ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { until } from '../../core/poll.ts'

const END_MS = 60_000

/** `PID COMMAND LINE` of each. @param mark `NAME=value` */
export async function marked(mark: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
    if (!environment.split('\0').includes(mark)) continue
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (words !== '') found.push(`${pid} ${words.replaceAll('\0', ' ').trim()}`)
  }
  return found
}

/** Looks at the processes until the child has ended. @returns the most bytes that one of them had in memory */
export async function peakMemory(child: ChildProcess, lines: () => Promise<readonly string[]>): Promise<number> {
  let peak = 0
  const look = async () => {
    for (const line of await lines()) {
      const status = await readFile(`/proc/${Number.parseInt(line, 10)}/status`, 'utf8').catch(() => '')
      peak = Math.max(peak, 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0))
    }
    return child.exitCode !== null || child.signalCode !== null
  }
  await until('its end', look, { timeoutMs: END_MS, intervalMs: 100 })
  return peak
}
