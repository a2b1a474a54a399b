// The CPU time of the programs that this process has started and that have ended.
import { readFileSync } from 'node:fs'
import { MachineError } from '../../../core/errors.ts'

/** Linux counts a hundredth of a second each, on every machine that there is. */
const TICK_MS = 10

/** User and system time, of their own children too. @throws MachineError where the system does not tell it */
export function childrenCpuMs(): number {
  if (process.platform !== 'linux')
    throw new MachineError('the CPU time of a scanner is known on Linux only, where it is read from /proc')
  return childrenIn(readFileSync('/proc/self/stat', 'utf8'))
}

/** Fields 16 and 17; the name in brackets may hold spaces. */
export function childrenIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS
}
