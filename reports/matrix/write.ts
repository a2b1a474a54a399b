// Writes matrix.json, matrix.md and matrix.html into one directory.
import { join } from 'node:path'
import { writeTexts } from '../write.ts'
import { renderMatrixMarkdown } from './markdown.ts'
import type { Matrix } from './matrix.ts'
import { renderMatrixPage } from './page.ts'
import { countsOf, machineOf } from './words.ts'

/** What programs read of a matrix: no report in full, as each leg has its own. */
export function matrixJson({ verdict, legs, differences, compared }: Matrix): object {
  return {
    schemaVersion: 1,
    verdict,
    legs: legs.map(({ name, verdict: each, problem, report }) => ({
      name,
      verdict: each,
      problem,
      runId: report?.runId ?? null,
      runtime: report?.runtime.kind ?? null,
      machine: report ? machineOf(report) : null,
      scenarios: report ? countsOf(report) : null,
      durationMs: report?.durationMs ?? null,
    })),
    compared,
    differences,
  }
}

/** @throws UserError (exit code 2) when the directory cannot be written @returns where the page stands */
export async function writeMatrix(matrix: Matrix, directory: string): Promise<string> {
  const page = join(directory, 'matrix.html')
  await writeTexts(directory, [
    [join(directory, 'matrix.json'), `${JSON.stringify(matrixJson(matrix), null, 2)}\n`],
    [join(directory, 'matrix.md'), renderMatrixMarkdown(matrix)],
    [page, renderMatrixPage(matrix)],
  ])
  return page
}
