// The directory in which ClickHouse makes a backup and finds one, of the same form wherever its data is: on this machine, or in a container.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { atExit } from '../../core/cleanup.ts'
import { UserError } from '../../core/errors.ts'
import { processMark } from '../../core/process.ts'
import { type EngineKind, engineCommand } from '../runtime/docker-cli.ts'
import type { Packed } from './file.ts'
import { placeIn } from './place.ts'

/** In ClickHouse's data directory; limits.xml names it. */
const BACKUPS = 'backups'
/** In a container. */
const ROOM = `/var/lib/clickhouse/${BACKUPS}`

export interface BackupDirectory extends AsyncDisposable {
  /** As ClickHouse calls it: File('name'). */
  readonly name: string
  /** What is in it, as a tar. */
  pack(): Packed
  /** Makes it, of a tar. @throws UserError when it does not get all of it */
  unpack(content: Readable): Promise<void>
}

/** @param data the data directory of a ClickHouse that is a process of this machine */
export async function directoryHere(data: string): Promise<BackupDirectory> {
  const place = await placeIn(join(data, BACKUPS))
  return {
    name: place.name,
    pack: () => packed(['tar', '-cf', '-', '-C', place.path, '.']),
    unpack: async (content) => {
      await mkdir(place.path, { recursive: true })
      await unpacked(['tar', '-xf', '-', '-C', place.path], content)
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}

/** @param container of a ClickHouse, by its name, on that engine */
export async function directoryInContainer(engine: EngineKind, container: string): Promise<BackupDirectory> {
  const name = `of-process-${process.pid}`
  const path = `${ROOM}/${name}`
  const inside = (...words: string[]) => {
    const { command, args } = engineCommand(engine, ['exec', '--interactive', container, ...words])
    return [command, ...args]
  }
  const shell = (script: string) => inside('/bin/sh', '-c', script)
  await removeLeft(name, inside)
  const remove = async () => {
    await asked(inside('rm', '-rf', path))
  }
  const atEnd = atExit(remove)
  return {
    name,
    pack: () => packed(inside('tar', '-cf', '-', '-C', path, '.')),
    unpack: (content) => unpacked(shell(`mkdir -p ${path} && tar -xf - -C ${path}`), content),
    [Symbol.asyncDispose]: async () => {
      atEnd[Symbol.dispose]()
      await remove()
    },
  }
}

/** What processes that were killed have left there. */
async function removeLeft(own: string, inside: (...words: string[]) => string[]): Promise<void> {
  for (const other of (await asked(inside('ls', ROOM))).split('\n')) {
    const pid = Number(/^of-process-(\d+)$/.exec(other)?.[1] ?? Number.NaN)
    if (other === own || (!Number.isNaN(pid) && processMark(pid) === undefined))
      await asked(inside('rm', '-rf', `${ROOM}/${other}`))
  }
}

function packed([program = '', ...words]: string[]): Packed {
  const tar = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  return { tar: tar.stdout, whole: succeeded(tar, 'the backup that ClickHouse made cannot be read') }
}

async function unpacked([program = '', ...words]: string[], content: Readable): Promise<void> {
  const tar = spawn(program, words, { stdio: ['pipe', 'ignore', 'ignore'] })
  await Promise.all([
    pipeline(content, tar.stdin),
    succeeded(tar, 'the backup cannot be unpacked where ClickHouse finds it'),
  ])
}

/** What it says; nothing where it fails. */
async function asked([program = '', ...words]: string[]): Promise<string> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await new Promise<void>((resolve) => child.once('error', () => resolve()).once('close', () => resolve()))
  return said
}

/** @param failure what it means that it did not */
function succeeded(tar: ChildProcess, failure: string): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.once('error', (error) => reject(new UserError(`${failure}: ${tar.spawnfile} does not run: ${error.message}`)))
    tar.once('close', (code) =>
      code === 0 ? resolve() : reject(new UserError(`${failure}: tar ended with ${code}; is the disk full?`)),
    )
  })
}
