// Compares what was found after a crash with what had been acknowledged before it.
import type { CrashState } from './crash-states.ts'
import type { Obligations } from './obligations.ts'
import type { Recovered } from './recover.ts'
import type { Requests } from './requests.ts'

export interface StateJudgement {
  readonly lost: readonly string[]
  readonly invented: readonly string[]
}

export function judgeState(
  state: CrashState,
  recovered: Recovered,
  account: Obligations,
  requests: Requests,
): StateJudgement {
  const where = `${state.how}, after ${state.at} operations`
  const spoilt = spoiltBy(state, requests)
  const isSafe = (id: number) =>
    recovered.sent.has(id) || (recovered.refused.has(id) && account.refused.has(id)) || spoilt.has(id)
  const lost = account.owedAt(state.at).filter((id) => !isSafe(id))
  const copies = account.copiesOwedAt(state.at).filter((id) => !recovered.refused.has(id) && !spoilt.has(id))
  const early = [...recovered.sent, ...recovered.refused].filter((id) => !account.isOffered(id, state.at))
  return {
    lost: [
      ...lost.map((id) => `request ${id}: ${where}`),
      ...copies.map((id) => `the copy of request ${id}, which the backend refused: ${where}`),
    ],
    invented: [...recovered.strangers, ...early.map((id) => `request ${id}, not offered yet`)].map(
      (what) => `${what}: ${where}`,
    ),
  }
}

/** Requests whose own lines a bad sector hit, the newlines on either side included. No others may suffer. */
function spoiltBy({ bad }: CrashState, requests: Requests): Set<number> {
  const spoilt = new Set<number>()
  if (bad === undefined) return spoilt
  const { before, from, to } = bad
  const start = from === 0 ? 0 : before.lastIndexOf(0x0a, from - 1) + 1
  const newline = before.indexOf(0x0a, to - 1)
  // When a newline is hit, the line behind it runs on.
  const end = newline < 0 ? before.length : newline === to - 1 ? endOfLine(before, to) : newline
  for (const line of before.subarray(start, end).toString().split('\n')) {
    try {
      for (const { id } of requests.in(line).requests) spoilt.add(id)
    } catch {
      // It was torn already.
    }
  }
  return spoilt
}

function endOfLine(content: Buffer, from: number): number {
  const newline = content.indexOf(0x0a, from)
  return newline < 0 ? content.length : newline
}
