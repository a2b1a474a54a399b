// The names of the buffer's files: they tell what a file holds, when it was begun and which process it belongs to.
import { randomBytes } from 'node:crypto'
import { processMark } from '../../../core/process.ts'

/** Who writes to a file and delivers what is in it. */
export interface Owner {
  readonly pid: number
  /** Tells a process from a later one with the same id. */
  readonly mark: string
  /** Tells buffers of one process apart. */
  readonly id: string
}

/** A buffer of this process. @param policy the mark of the policy by which all that it writes is masked */
export function newOwner(policy?: string): Owner {
  const id = randomBytes(4).toString('hex')
  const mark = processMark(process.pid) ?? '0'
  return { pid: process.pid, mark, id: policy === undefined ? id : markedId(id, policy) }
}

/** An id that says by which policy what its files hold was masked. Earlier versions read it as any other, and have none of this form. */
export function markedId(id: string, policy: string): string {
  return `m${policy}_${unmarkedId(id)}`
}

/** An id that says that a file is being masked; the rest of it is kept, as it tells what belongs together. */
export function takenId(id: string): string {
  return `t_${unmarkedId(id)}`
}

export function unmarkedId(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}

/** Whether files with this id were masked by that policy. */
export function isMarked(id: string, policy: string): boolean {
  return id.startsWith(`m${policy}_`)
}

/** Nobody: whoever comes first takes it over. */
export const nobody: Owner = { pid: 0, mark: '0', id: '0' }

/**
 * `parked`: requests that wait. `refused`: requests that the backend will never take. `damaged`: what is no line of OTLP.
 * `reasons`: why the lines of the `refused` file of the same owner are there.
 */
export type Kind = 'parked' | 'refused' | 'damaged' | 'reasons'

export interface FileName {
  readonly kind: Kind
  /** Milliseconds since the epoch. */
  readonly createdMs: number
  readonly sequence: number
  readonly owner: Owner
}

/** Names of one kind sort by age. */
export function fileName({ kind, createdMs, sequence, owner }: FileName): string {
  const age = `${String(createdMs).padStart(13, '0')}-${String(sequence).padStart(6, '0')}`
  return `${kind}-${age}-${owner.pid}-${owner.mark}-${owner.id}.jsonl`
}

const PATTERN = /^(parked|refused|damaged|reasons)-(\d{13})-(\d{6,})-(\d+)-(\w+)-(\w+)\.jsonl$/

/** @returns undefined for a file that is not the buffer's */
export function parseFileName(name: string): FileName | undefined {
  const [, kind, createdMs, sequence, pid, mark, id] = PATTERN.exec(name) ?? []
  if (kind === undefined || mark === undefined || id === undefined) return undefined
  return {
    kind: kind as Kind,
    createdMs: Number(createdMs),
    sequence: Number(sequence),
    owner: { pid: Number(pid), mark, id },
  }
}

/**
 * Whether the owner's process runs. It may be wrong where processes do not see each other (containers that share a directory):
 * then a file is taken over from a living owner, who notices and writes what it has not acknowledged to another one.
 */
export function isAlive(owner: Owner): boolean {
  return owner.pid !== 0 && processMark(owner.pid) === owner.mark
}
