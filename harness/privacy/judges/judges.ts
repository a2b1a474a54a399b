// All judges; and texts handed to a judge as files of their own.
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { temporaryDirectory } from '../../../core/temporary-directory.ts'
import { betterleaks } from './betterleaks.ts'
import type { Finding, Judge, JudgeName } from './judge.ts'
import { kingfisher } from './kingfisher.ts'

const RESOLVE: Readonly<Record<JudgeName, (progress: (message: string) => void) => Promise<Judge>>> = {
  kingfisher,
  betterleaks,
}

export interface Bench {
  readonly judges: readonly Judge[]
  /** Those that cannot be had here, each with the reason: nothing is said in their name. */
  readonly missing: readonly { readonly name: JudgeName; readonly reason: string }[]
}

/** Fetches them one after the other where they are not in the cache yet. */
export async function seatJudges(progress: (message: string) => void): Promise<Bench> {
  const judges: Judge[] = []
  const missing: { name: JudgeName; reason: string }[] = []
  for (const name of Object.keys(RESOLVE) as JudgeName[]) {
    try {
      judges.push(pastMarks(await RESOLVE[name](progress)))
    } catch (error) {
      if (!(error instanceof MachineError)) throw error
      missing.push({ name, reason: messageOf(error) })
    }
  }
  return { judges, missing }
}

/** What stands in the place of something private is no secret, though it stands where one is looked for. */
export function pastMarks(judge: Judge): Judge {
  return { ...judge, scan: async (directory) => (await judge.scan(directory)).filter(({ match }) => !isMark(match)) }
}

/** A mark, and perhaps the quotes and the name around it. */
function isMark(match: string): boolean {
  return (
    /\[REDACTED_[A-Z_]+\]/.test(match) &&
    match.replace(/.{0,40}\[REDACTED_[A-Z_]+\]/gs, '').replace(/\W/g, '').length < 6
  )
}

/** A finding in one of several texts. */
export interface TextFinding extends Finding {
  /** The place of the text in the list. */
  readonly text: number
}

const A_DIRECTORY = 1_000

/** Hands each text to the judge as a file of its own, so that no two are ever read as one. */
export async function scanTexts(judge: Judge, texts: Iterable<string>): Promise<TextFinding[]> {
  await using directory = await temporaryDirectory('judge')
  await writeTexts(directory.path, texts)
  const findings = await judge.scan(directory.path)
  return findings.map((finding) => ({ ...finding, text: Number(basename(finding.file, '.txt')) }))
}

/** Each text as a file of its own in the directory, which is empty; named by its place in the list. */
export async function writeTexts(directory: string, texts: Iterable<string>): Promise<void> {
  let index = 0
  for (const text of texts) {
    const part = join(directory, String(Math.floor(index / A_DIRECTORY)))
    if (index % A_DIRECTORY === 0) await mkdir(part)
    await writeFile(join(part, `${index}.txt`), text)
    index += 1
  }
}
