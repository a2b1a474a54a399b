import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { processMark } from '../../core/process.ts'
import { Registration, removeOrphans } from './running-stacks.ts'

let directory = ''
const children: ChildProcess[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-register-'))
  vi.stubEnv('TELEMETRY_PROOF_DATA', join(directory, 'data'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

/** A process that does nothing until it is ended. */
async function idle(): Promise<{ pid: number; mark: string; ended: Promise<unknown>; child: ChildProcess }> {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  children.push(child)
  const ended = once(child, 'exit')
  await once(child, 'spawn')
  const pid = child.pid ?? -1
  return { pid, mark: processMark(pid) ?? '', ended, child }
}

async function deadOwner(): Promise<{ pid: number; mark: string }> {
  const { pid, mark, ended, child } = await idle()
  child.kill('SIGKILL')
  await ended
  return { pid, mark }
}

async function entry(name: string, content: unknown): Promise<void> {
  await mkdir(join(directory, 'data/running'), { recursive: true })
  await writeFile(
    join(directory, 'data/running', `${name}.json`),
    typeof content === 'string' ? content : JSON.stringify(content),
  )
}

async function leftovers(): Promise<string> {
  const place = join(directory, 'left')
  await mkdir(join(place, 'data'), { recursive: true })
  await writeFile(join(place, 'data/part'), 'x')
  return place
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
const registered = () => readdir(join(directory, 'data/running'))

describe('a registration', () => {
  test('stands on disk at every moment, and is gone when the stack has stopped', async () => {
    const { pid, mark } = await idle()
    const registration = await Registration.open('a')
    await registration.addDirectory('/tmp/x')
    await registration.addProcess(pid, 'sleep')
    const read = async (): Promise<unknown> =>
      JSON.parse(await readFile(join(directory, 'data/running/a.json'), 'utf8'))
    const owner = { pid: process.pid, mark: processMark(process.pid) }
    expect(await read()).toEqual({
      owner,
      processes: [{ pid, mark, name: 'sleep' }],
      directories: ['/tmp/x'],
      projects: [],
      engine: 'docker',
      daily: false,
    })
    await registration[Symbol.asyncDispose]()
    expect(await registered()).toEqual([])
  })

  test('forgets processes that have ended when a new one is added', async () => {
    const [first, second] = [await idle(), await idle()]
    const registration = await Registration.open('a')
    await registration.addProcess(first.pid, 'sleep')
    first.child.kill('SIGKILL')
    await first.ended
    await registration.addProcess(second.pid, 'sleep')
    const text = await readFile(join(directory, 'data/running/a.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ processes: [{ pid: second.pid, mark: second.mark }] })
  })
})

describe('sweeping', () => {
  test('ends the processes and removes the directories of an owner that is gone', async () => {
    const [owner, left, place] = [await deadOwner(), await idle(), await leftovers()]
    await entry('a', {
      owner,
      processes: [{ pid: left.pid, mark: left.mark }],
      directories: [place, join(directory, 'never-made')],
    })
    expect(await removeOrphans()).toEqual([`removed what an earlier run (process ${owner.pid}) left behind`])
    expect(await left.ended).toEqual([null, 'SIGKILL'])
    expect([await exists(place), await registered()]).toEqual([false, []])
    expect(await removeOrphans()).toEqual([])
  })

  test('touches nothing of an owner that lives', async () => {
    const [owner, left, place] = [await idle(), await idle(), await leftovers()]
    await entry('a', {
      owner: { pid: owner.pid, mark: owner.mark },
      processes: [{ pid: left.pid, mark: left.mark }],
      directories: [place],
    })
    expect(await removeOrphans()).toEqual([])
    expect([left.child.exitCode, left.child.signalCode, await exists(place), await registered()]).toEqual([
      null,
      null,
      true,
      ['a.json'],
    ])
  })

  test('takes an owner whose id another process has by now for gone', async () => {
    const [reused, place] = [await idle(), await leftovers()]
    await entry('a', { owner: { pid: reused.pid, mark: '1' }, processes: [], directories: [place] })
    expect(await removeOrphans()).toHaveLength(1)
    expect([reused.child.signalCode, await exists(place)]).toEqual([null, false])
  })

  test('never ends a process that only has the id of one that was left behind, or no mark', async () => {
    const [owner, reused, unmarked] = [await deadOwner(), await idle(), await idle()]
    await entry('a', {
      owner,
      processes: [
        { pid: reused.pid, mark: '1' },
        { pid: unmarked.pid, mark: '' },
        { pid: owner.pid, mark: owner.mark },
      ],
      directories: [],
    })
    expect(await removeOrphans()).toHaveLength(1)
    for (const { pid, mark, child } of [reused, unmarked]) {
      expect([child.exitCode, child.signalCode]).toEqual([null, null])
      expect(processMark(pid)).toBe(mark)
    }
  })

  test('removes an entry that cannot be read, goes on with the others, and is fine without a register', async () => {
    expect(await removeOrphans()).toEqual([])
    const owner = await deadOwner()
    await entry('a', '{"owner":')
    await entry('b', { owner: { pid: 'x' } })
    await entry('c', { owner, processes: [], directories: [] })
    expect(await removeOrphans()).toHaveLength(1)
    expect(await registered()).toEqual([])
  })
})
