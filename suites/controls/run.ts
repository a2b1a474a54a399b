// Plants every sabotage in a copy of the stack and asks whether the named oracle catches it.
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, nowMs } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import { projectRoot } from '../../core/paths.ts'
import { runScenarios } from '../../harness/run/runner.ts'
import { selectScenarios } from '../../harness/run/select.ts'
import { catalogue } from '../../scenarios/catalogue.ts'
import type { ChosenRuntime } from '../../stack/runtime/auto/choose.ts'
import { applyEdit, type Control } from './control.ts'

export interface ControlResult {
  readonly id: string
  readonly sabotage: string
  readonly scenario: string
  readonly oracle: string
  readonly caught: boolean
  /** What was found, or why it was not caught. */
  readonly found: string
  readonly durationMs: number
}

/** Runs one control. Any throw makes it a miss: a sabotage that could not be tried was not caught. */
export async function runControl(
  control: Control,
  stackDirectory: string,
  seed: number,
  runtime: Pick<ChosenRuntime, 'kind' | 'start'>,
): Promise<ControlResult> {
  const startMs = monotonicMs()
  const { id, sabotage, scenario, oracle, as = 'fail' } = control
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-control-'))
  using _removal = atExit(() => rm(room, { recursive: true, force: true }))
  try {
    const copy = join(room, 'stack')
    await cp(stackDirectory, copy, { recursive: true })
    // What the programs among the stack's files need beside them.
    for (const name of ['core', 'node_modules', 'package.json'])
      await symlink(join(projectRoot, name), join(room, name))
    for (const edit of control.edits ?? []) await applyEdit(copy, edit)
    const { results } = await runScenarios({
      scenarios: selectScenarios(catalogue, 'full', [scenario]),
      seed,
      profile: 'standard',
      startMs: nowMs(),
      stackDirectory: copy,
      runtime: runtime.kind,
      startStack: runtime.start,
      ...(control.tamper === undefined ? {} : { tamper: control.tamper }),
    })
    const [result] = results
    const finding = result?.findings.find((found) => found.oracle === oracle && found.verdict === as)
    const refused = result?.verdict === 'fail' && control.says?.test(result.reason) === true
    const caught = oracle === 'start' ? refused : finding !== undefined
    const found =
      caught && finding
        ? [finding.message, ...finding.examples.slice(0, 1)].join(': ')
        : `the scenario says ${result?.verdict}${result?.reason ? ` (${result.reason})` : ''}`
    return { id, sabotage, scenario, oracle, caught, found, durationMs: Math.round(monotonicMs() - startMs) }
  } catch (error) {
    stopSignal.throwIfAborted()
    return {
      id,
      sabotage,
      scenario,
      oracle,
      caught: false,
      found: messageOf(error),
      durationMs: Math.round(monotonicMs() - startMs),
    }
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}
