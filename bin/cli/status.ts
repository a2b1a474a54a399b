// What a person sees during long work: one line that changes on a terminal, a line now and then elsewhere.
import ora from 'ora'
import { monotonicMs } from '../../core/clock.ts'

const QUIET_MS = 5_000

export interface Status extends Disposable {
  /** What is going on now. */
  update(message: string): void
  /** A line that stays. */
  print(line: string): void
}

/** Writes to standard error, so that standard output stays free for results. */
export function openStatus(): Status {
  const startMs = monotonicMs()
  const elapsed = () => `${Math.round((monotonicMs() - startMs) / 1000)} s`
  // A terminal without a width, as some programs make one, has no room for a line that changes: ora would clear lines for ever.
  if (process.stderr.isTTY && process.stderr.columns > 0) {
    const spinner = ora({ stream: process.stderr, discardStdin: false }).start()
    return {
      update: (message) => {
        spinner.text = `${message}  (${elapsed()})`
      },
      print: (line) => {
        spinner.clear()
        process.stderr.write(`${line}\n`)
        spinner.render()
      },
      [Symbol.dispose]: () => void spinner.stop(),
    }
  }
  let lastMs = Number.NEGATIVE_INFINITY
  return {
    update: (message) => {
      if (monotonicMs() - lastMs < QUIET_MS) return
      lastMs = monotonicMs()
      process.stderr.write(`… ${message} (${elapsed()})\n`)
    },
    print: (line) => void process.stderr.write(`${line}\n`),
    [Symbol.dispose]: () => {},
  }
}
