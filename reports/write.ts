// Writes the four reports of a run into one directory, each of them whole or not at all.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExitCode, messageOf, UserError } from '../core/errors.ts'
import type { Contents } from '../harness/judge/contents.ts'
import type { RunResult } from '../harness/judge/run-result.ts'
import { renderHtml } from './html.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'

/** Where the reports stand: `dir` joined with each file's name. */
export interface ReportFiles {
  readonly json: string
  readonly junit: string
  readonly markdown: string
  readonly html: string
}

/**
 * Writes report.json, junit.xml, summary.md and report.html; makes the directory when it is missing.
 * @throws UserError (exit code 2: what could not be reported is no pass) when the directory cannot be written
 * @throws ZodError when the result breaks the contract of report.json; then nothing is written
 */
export async function writeReports(result: RunResult, dir: string): Promise<ReportFiles> {
  const files: ReportFiles = {
    json: join(dir, 'report.json'),
    junit: join(dir, 'junit.xml'),
    markdown: join(dir, 'summary.md'),
    html: join(dir, 'report.html'),
  }
  const texts: readonly (readonly [string, string])[] = [
    [files.json, renderJson(result)],
    [files.junit, renderJunit(result)],
    [files.markdown, renderMarkdown(result)],
    [files.html, renderHtml(result)],
  ]
  await writeTexts(dir, texts)
  return files
}

/** Makes the directory and writes each text to its file. @throws UserError (exit code 2) when that is not possible */
export async function writeTexts(
  dir: string,
  texts: readonly (readonly [file: string, text: string])[],
): Promise<void> {
  try {
    await mkdir(dir, { recursive: true })
    for (const [file, text] of texts) await writeWhole(file, text)
  } catch (error) {
    throw new UserError(
      `Reports cannot be written to ${dir}: ${messageOf(error)}; choose another directory with --out`,
      ExitCode.unknown,
      { cause: error },
    )
  }
}

/** A reader sees the old file or the new one, never half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`
  try {
    await writeFile(unfinished, text, { flush: true })
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Writes contents.json: what was stored, as hashes, for the comparison of machines. @throws UserError as {@link writeReports} does */
export async function writeContents(contents: Contents, dir: string): Promise<void> {
  await writeTexts(dir, [[join(dir, 'contents.json'), `${JSON.stringify(contents)}\n`]])
}
