// Looks for planted secrets in every byte that a stack keeps: files as they lie there, and every column of every table.
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UserError } from '../../core/errors.ts'
import { LeakIndex } from '../../generators/canaries/leak-index.ts'
import type { Canary } from '../../generators/canaries/model/canary.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { unpackedBlocks } from './clickhouse-blocks.ts'

/** A secret that was found: never the secret itself, as this is written into reports. */
export interface Found {
  /** The canary's id: class/encoding/position/number. */
  readonly canary: string
  /** How it was written there. */
  readonly form: string
  /** A file, or a table. */
  readonly where: string
}

const CHUNK = 16 * 1024 * 1024
/** What ClickHouse compresses of a part. A part of this size fits into memory. */
const COLUMN = /\.(?:bin|idx2?|cidx)$/
/** No form of a secret is longer. */
const OVERLAP = 64 * 1024
/** Shorter parts beside a secret stand in other texts by chance. */
const SHORTEST = 8

/** Finds any form of the canaries' secrets, and of the parts that must not be found either. */
export class RestSearch {
  readonly #index: LeakIndex
  readonly #owners: readonly string[]
  #bytes = 0

  constructor(canaries: readonly Canary[]) {
    const parts = canaries.flatMap(({ id, secret, also }) =>
      [secret, ...also.filter((part) => part.length >= SHORTEST)].map((part) => ({ id, part })),
    )
    this.#index = new LeakIndex(parts.map(({ part }) => part))
    this.#owners = parts.map(({ id }) => id)
  }

  /** How much was searched so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Every file below a directory. */
  async files(directory: string): Promise<Found[]> {
    const found: Found[] = []
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const where = relative(directory, path)
      found.push(...(await this.stream(createReadStream(path, { highWaterMark: CHUNK }), where)))
      // Also of parts that no table shows any more.
      if (COLUMN.test(path))
        for (const block of unpackedBlocks(await readFile(path))) found.push(...this.#find(block, where))
    }
    return found
  }

  text(text: string, where: string): Found[] {
    return this.#find(Buffer.from(text), where)
  }

  /** Every column of every table that keeps rows, the database's own tables too. */
  async tables(stack: Stack): Promise<Found[]> {
    const names = await ask(
      stack,
      "SELECT concat('`', database, '`.`', name, '`') FROM system.tables WHERE engine LIKE '%MergeTree' OR database = 'system' AND (engine LIKE '%Log' OR engine LIKE '%MergeTree') FORMAT TSVRaw",
    )
    const found: Found[] = []
    for (const name of (await names.text()).split('\n').filter((line) => line !== '')) {
      const rows = await ask(stack, `SELECT * FROM ${name} FORMAT RowBinary`)
      if (rows.body) found.push(...(await this.stream(rows.body, name)))
    }
    return found
  }

  /** In pieces that overlap. */
  async stream(pieces: AsyncIterable<Uint8Array>, where: string): Promise<Found[]> {
    const found: Found[] = []
    let rest: Buffer = Buffer.alloc(0)
    let waiting: Uint8Array[] = []
    let size = 0
    const look = () => {
      const whole = Buffer.concat([rest, ...waiting])
      found.push(...this.#find(whole, where))
      this.#bytes -= Math.min(rest.length, whole.length)
      rest = Buffer.from(whole.subarray(Math.max(0, whole.length - OVERLAP)))
      waiting = []
      size = 0
    }
    for await (const piece of pieces) {
      waiting.push(piece)
      size += piece.length
      if (size >= CHUNK) look()
    }
    if (size > 0) look()
    return found
  }

  #find(bytes: Buffer, where: string): Found[] {
    this.#bytes += bytes.length
    return this.#index.find(bytes).map(({ secret, form }) => ({ canary: this.#owners[secret] ?? '', form, where }))
  }
}

/** As the administrator, who alone sees all of it. */
async function ask(stack: Stack, query: string): Promise<Response> {
  const { admin } = stack.passwords
  const response = await fetch(stack.endpoints.clickhouseHttp, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': 'admin', 'X-ClickHouse-Key': admin },
    body: query,
  })
  if (!response.ok) throw new UserError(`ClickHouse: ${(await response.text()).slice(0, 300)}`)
  return response
}
