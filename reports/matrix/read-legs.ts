// Reads the reports of a matrix from where a CI system has put them: a directory a leg, with report.json and contents.json in it.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { type Contents, contentsSchema } from '../../harness/judge/contents.ts'
import type { RunResult } from '../../harness/judge/run-result.ts'
import { reportSchema } from '../schema.ts'
import type { Leg } from './matrix.ts'

const REPORT = 'report.json'
/** A report of the full profile has a few megabytes. */
const MOST_BYTES = 256 * 1024 ** 2
const DEEPEST = 3

/**
 * A leg for each report at or below the paths. A leg is named by the directory that was given, or that stands below one that was given;
 * what stands deeper (a run's own directory) does not count for its name.
 * @throws UserError (exit code 2) when a path is not there
 */
export async function readLegs(paths: readonly string[]): Promise<Leg[]> {
  const legs = await Promise.all(paths.map((path) => legsAt(resolve(path), path)))
  return legs.flat()
}

async function legsAt(path: string, given: string): Promise<Leg[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined)
    throw new UserError(
      `${given} is not there; give the directory of a run, or one that holds such directories`,
      ExitCode.unknown,
    )
  if (found.isFile()) return [await legFrom(path, basename(dirname(path)))]
  if (await isFile(join(path, REPORT))) return [await legFrom(join(path, REPORT), basename(path))]
  const names = (await readdir(path, { withFileTypes: true }))
    // runs/latest is a link to a run that stands beside it.
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  const legs = await Promise.all(
    names.map(async (name) => {
      const files = await reportsBelow(join(path, name), DEEPEST)
      // A directory that holds none is a leg that ended before its report.
      if (files.length === 0) return [{ name, problem: `there is no ${REPORT} in it` }]
      return await Promise.all(files.map((file) => legFrom(file, name)))
    }),
  )
  return legs.flat()
}

async function reportsBelow(directory: string, depth: number): Promise<string[]> {
  if (await isFile(join(directory, REPORT))) return [join(directory, REPORT)]
  if (depth === 0) return []
  const entries = await readdir(directory, { withFileTypes: true })
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name))
  return (await Promise.all(below.sort().map((each) => reportsBelow(each, depth - 1)))).flat()
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

async function legFrom(file: string, name: string): Promise<Leg> {
  const report = await readAs(file, reportSchema)
  if ('problem' in report) return { name, problem: report.problem }
  const contents = await readAs(join(dirname(file), 'contents.json'), contentsSchema)
  if ('problem' in contents && !contents.isMissing) return { name, problem: `contents.json: ${contents.problem}` }
  const { value } = report
  return {
    name,
    problem: '',
    report: value as RunResult,
    ...('value' in contents && { contents: contents.value as Contents }),
  }
}

type Read<T> = { readonly value: T } | { readonly problem: string; readonly isMissing: boolean }

const versioned = z.looseObject({ schemaVersion: z.number() })

async function readAs<T>(file: string, schema: z.ZodType<T>): Promise<Read<T>> {
  try {
    if ((await stat(file)).size > MOST_BYTES) return { problem: 'it is too large for a report', isMissing: false }
    const data: unknown = JSON.parse(await readFile(file, 'utf8'))
    const parsed = schema.safeParse(data)
    if (parsed.success) return { value: parsed.data }
    const version = versioned.safeParse(data)
    const issue = parsed.error.issues[0]
    if (issue?.path[0] === 'schemaVersion' && version.success)
      return {
        problem: `it has schema version ${version.data.schemaVersion}, which this version does not read`,
        isMissing: false,
      }
    return { problem: `it is no report: ${issue?.path.join('.')}: ${issue?.message}`, isMissing: false }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { problem: `it cannot be read: ${messageOf(error).split('\n')[0]}`, isMissing }
  }
}
