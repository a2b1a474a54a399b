// Searches for a schedule under which something is lost: at random, then the smallest one that still fails, then how often it does.
import fc from 'fast-check'
import { stopSignal } from '../../../core/cleanup.ts'
import { messageOf } from '../../../core/errors.ts'
import type { FaultRecord } from '../../judge/model/fault-record.ts'
import type { Tally } from '../../judge/model/tally.ts'
import { anySchedule, type Schedule } from './schedule.ts'

/** What became of one schedule. */
export interface Tried {
  readonly tally: Tally
  readonly faults: readonly FaultRecord[]
  /** Why it fails; empty when it does not. */
  readonly failure: string
}

export interface SearchOptions {
  readonly seed: number
  readonly schedules: number
  readonly run: (schedule: Schedule) => Promise<Tried>
  readonly onProgress: (message: string) => void
  /** How often the smallest failing one is run again. */
  readonly repetitions?: number
}

export interface SearchResult {
  /** Of the schedules that were drawn, without those of shrinking. */
  readonly tried: readonly Tried[]
  readonly smallest: { readonly schedule: Schedule; readonly failure: string; readonly reproduced: string } | undefined
}

/** The schedule without the steps that it fails without: shrinking a list may keep what stands behind the culprit. */
async function withoutNeedless(
  schedule: Schedule,
  run: SearchOptions['run'],
  onProgress: SearchOptions['onProgress'],
): Promise<Schedule> {
  let smallest = schedule
  for (let index = smallest.length - 1; index >= 0 && smallest.length > 1; index -= 1) {
    onProgress(`without fault ${index + 1} of ${smallest.length}`)
    const without = smallest.toSpliced(index, 1)
    if ((await run(without)).failure !== '') smallest = without
  }
  return smallest
}

export async function search({
  seed,
  schedules,
  run,
  onProgress,
  repetitions = 5,
}: SearchOptions): Promise<SearchResult> {
  const tried: Tried[] = []
  let shrinking = 0
  const property = fc.asyncProperty(anySchedule, async (schedule) => {
    stopSignal.throwIfAborted()
    const result = await run(schedule)
    if (shrinking === 0) tried.push(result)
    onProgress(shrinking === 0 ? `schedule ${tried.length} of ${schedules}` : `shrinking, attempt ${shrinking}`)
    if (result.failure !== '' || shrinking > 0) shrinking += 1
    if (result.failure !== '') throw new Error(result.failure)
  })
  const details = await fc.check(property, { seed, numRuns: schedules })
  stopSignal.throwIfAborted()
  if (!details.failed || details.counterexample === null) return { tried, smallest: undefined }
  const schedule = await withoutNeedless(details.counterexample[0], run, onProgress)
  let again = 0
  for (let count = 0; count < repetitions; count += 1) {
    onProgress(`the smallest failing schedule again, ${count + 1} of ${repetitions}`)
    if ((await run(schedule)).failure !== '') again += 1
  }
  const failure = messageOf(details.errorInstance)
  return { tried, smallest: { schedule, failure, reproduced: `${again} of ${repetitions} times` } }
}
