// Unpacking what ClickHouse wrote: the texts that were inserted are found in its files, whatever the codec.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stackDirectory } from '../../core/paths.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { temporaryDirectory } from '../../stack/client/testing/temporary-directory.ts'
import { startEmbedded } from '../../stack/runtime/embedded/embedded.ts'
import { unpackedBlocks } from './clickhouse-blocks.ts'

test('a text is found in the blocks of every codec, and nothing where there are none', async () => {
  await using room = await temporaryDirectory()
  await using stack = await startEmbedded({ stackDirectory, ports: 'free', dataDirectory: room.path })
  await using database = connect(stack, 'admin')
  const codecs = ['NONE', 'LZ4', 'LZ4HC', 'ZSTD(1)', 'ZSTD(9)']
  for (const [at, codec] of codecs.entries()) {
    await database.run(`CREATE TABLE codec_${at} (t String CODEC(${codec})) ENGINE = MergeTree ORDER BY tuple()`)
    // Repeats make matches, which stand between the letters of what is looked for.
    await database.run(
      `INSERT INTO codec_${at} SELECT concat('needle of ${codec} number ', toString(number), repeat(' needle', number % 40)) FROM numbers(5000)`,
    )
  }
  const files = await readdir(room.path, { recursive: true })
  const blocks: Buffer[] = []
  for (const file of files.filter((name) => name.endsWith('.bin')))
    blocks.push(...unpackedBlocks(await readFile(join(room.path, file))))
  for (const codec of codecs)
    for (const number of [0, 17, 4_999])
      expect(blocks.some((block) => block.includes(`needle of ${codec} number ${number}`))).toBe(true)
  expect(unpackedBlocks(Buffer.from('no file of a database'.repeat(20)))).toEqual([])
  expect(unpackedBlocks(Buffer.alloc(0))).toEqual([])
})
