// Runs a build tool (go, npm) and passes on its output line by line.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { stopSignal } from '../../../core/cleanup.ts'
import { MachineError } from '../../../core/errors.ts'

export interface ToolRun {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly onLine?: (line: string) => void
}

/** @returns standard output. @throws UserError with the tool's last lines when it fails or is not there */
export async function runTool(run: ToolRun): Promise<string> {
  stopSignal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(run.command, run.args, {
      cwd: run.cwd,
      env: { ...process.env, ...run.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that compilers that it started end with it.
      detached: true,
    })
    const stop = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
    stopSignal.addEventListener('abort', stop, { once: true })
    const out: string[] = []
    const last: string[] = []
    const keep = (line: string) => {
      last.push(line)
      if (last.length > 6) last.shift()
      run.onLine?.(line)
    }
    createInterface({ input: child.stdout }).on('line', (line) => {
      out.push(line)
      keep(line)
    })
    createInterface({ input: child.stderr }).on('line', keep)
    child.once('error', (error) => {
      stopSignal.removeEventListener('abort', stop)
      reject(new MachineError(`${run.command} cannot be started: ${error.message}`))
    })
    child.once('close', (code) => {
      stopSignal.removeEventListener('abort', stop)
      if (stopSignal.aborted) reject(stopSignal.reason)
      else if (code === 0) resolve(out.join('\n'))
      else
        reject(
          new MachineError(
            `${run.command} ${run.args.slice(0, 3).join(' ')} failed with code ${code}: ${last.join(' | ')}`,
          ),
        )
    })
  })
}
