// Samples lines of real source code: what a policy changes in them, it changes in what people work on.
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Faker } from '@faker-js/faker'
import { stream } from '../../streams.ts'
import type { Negative } from './negative.ts'
import { rightlyMasked } from './rightly-masked.ts'
import type { SourceRoot } from './source-roots.ts'

export interface RealLines {
  readonly lines: readonly Negative[]
  /** Left out, because masking would be right there: by reason. */
  readonly excluded: Readonly<Record<string, number>>
}

const FILES = 1_200
/** Lines that speak of what a policy looks for are few; half of the sample is of them. */
const SPEAKING = /token|passw|secret|api.?key|auth|credential|private|bearer|session|cookie|\w@\w|\+\d|\d{3}[ .-]\d{3}/i
/** Not what people look at: tests with made-up secrets, bundles, data. */
const SKIPPED =
  /(?:^|\/)(?:tests?|__tests__|testdata|fixtures|\.cache|\.vite|lib2to3|idlelib|site-packages)\/|_test\.go$|\.min\.|\.test\.|\.spec\./

/** So many lines, no two the same, from these places in equal parts as far as they have them; the same for a seed and the same files. */
export async function sampleLines(seed: number, count: number, roots: readonly SourceRoot[]): Promise<RealLines> {
  const lines: Negative[] = []
  const excluded: Record<string, number> = {}
  const seen = new Set<string>()
  for (const [index, root] of roots.entries()) {
    const wanted = Math.ceil((count - lines.length) / (roots.length - index))
    const faker = stream(seed, `real-lines/${root.name}`)
    const files = faker.helpers.shuffle(await filesOf(root)).slice(0, FILES)
    const found: string[] = []
    for (const file of files) found.push(...(await linesOf(join(root.directory, file), seen, excluded)))
    lines.push(...chosen(faker, found, wanted).map((text) => ({ text, kind: `real/${root.name}` })))
  }
  return { lines, excluded }
}

async function filesOf({ directory, ends }: SourceRoot): Promise<string[]> {
  const files: string[] = []
  for await (const file of glob(
    ends.map((end) => `**/*${end}`),
    { cwd: directory },
  ))
    if (!SKIPPED.test(file.replaceAll('\\', '/'))) files.push(file)
  return files.sort()
}

async function linesOf(file: string, seen: Set<string>, excluded: Record<string, number>): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split(/\r?\n/).filter((line) => {
    if (line.length < 12 || line.length > 240 || seen.has(line)) return false
    seen.add(line)
    const reason = rightlyMasked(line)
    if (reason !== undefined) excluded[reason] = (excluded[reason] ?? 0) + 1
    return reason === undefined
  })
}

function chosen(faker: Faker, found: readonly string[], wanted: number): string[] {
  const shuffled = faker.helpers.shuffle(found)
  const speaking = shuffled.filter((line) => SPEAKING.test(line)).slice(0, Math.ceil(wanted / 2))
  const others = shuffled.filter((line) => !SPEAKING.test(line)).slice(0, wanted - speaking.length)
  return [...speaking, ...others]
}
