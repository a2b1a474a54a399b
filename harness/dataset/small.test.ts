// The small dataset in docs/datasets is what the generator makes today: `npm run dataset` with the flags that docs/datasets.md names makes it again.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { projectRoot, stackDirectory } from '../../core/paths.ts'
import { plansOf } from '../../generators/team/parts.ts'
import { readPreset } from '../../generators/team/preset.ts'
import { teamPlayer } from '../../generators/team/team-session.ts'
import { sessionBlocks } from './blocks.ts'
import { writeDirectory } from './directory.ts'
import { readManifest } from './read.ts'

const small = join(projectRoot, 'docs/datasets/small')
const MOST_BYTES = 200_000

test('docs/datasets/small is made again to the byte', async () => {
  const { made, counts } = await readManifest(small)
  const preset = await readPreset(made.preset ?? '')
  const options = { preset: { ...preset, sessions: { ...preset.sessions, most: counts.sessions } }, seed: made.seed }
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-small-'))
  try {
    const out = join(room, 'small')
    await writeDirectory({
      out,
      formats: ['jsonl'],
      compression: undefined,
      split: { unit: 'records', most: 250_000 },
      made,
      blocks: (wanted) =>
        sessionBlocks(plansOf({ ...options, startMs: Date.parse(made.start) }).map(teamPlayer(options)), wanted),
      conversions: () => Promise.reject(new Error('JSON lines are not converted')),
      told: () => {},
      stackDirectory,
    })
    expect(await contentOf(small)).toEqual(await contentOf(out))
  } finally {
    await rm(room, { recursive: true })
  }
})

test('it is small, and docs/datasets.md tells how it was made', async () => {
  const files = await contentOf(small)
  expect(gzipSync(Object.values(files).join('')).length).toBeLessThan(MOST_BYTES)
  const document = await readFile(join(projectRoot, 'docs/datasets.md'), 'utf8')
  expect(document).toContain(
    '--preset team-week --seed 7 --sessions 5 --start 2026-01-05T00:00:00Z --format jsonl --out docs/datasets/small',
  )
})

async function contentOf(directory: string): Promise<Record<string, string>> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  const texts = files
    .filter((file) => file.isFile())
    .map(async ({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(directory.length + 1), await readFile(path, 'utf8')] as const
    })
  return Object.fromEntries((await Promise.all(texts)).sort(([a], [b]) => (a < b ? -1 : 1)))
}
