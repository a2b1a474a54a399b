// Programs that a test starts and that go on: what they have said, and their end.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Resolves when the program has said it; it goes on, and what follows is not read. */
export function lineOf(child: ChildProcess, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes(wanted)) resolve()
    })
  })
}

/** Resolves when it has ended, also before this was asked. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
