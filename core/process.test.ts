import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from './poll.ts'
import { processMark, processStatus, type RunningProcess, startProcess, tailOf } from './process.ts'

let directory = ''
let logFile = ''
const started: RunningProcess[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-process-'))
  logFile = join(directory, 'log')
})

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.signal('SIGKILL')
    await child.ended
  }
  await rm(directory, { recursive: true, force: true })
})

async function node(script: string, env: Record<string, string> = {}): Promise<RunningProcess> {
  const child = await startProcess({ command: process.execPath, args: ['-e', script], env, logFile })
  started.push(child)
  return child
}

describe('a child process', () => {
  test('appends what it prints, on both channels, to its log', async () => {
    await (await node('console.log("one"); console.error("two")')).ended
    await (await node('console.log("three")')).ended
    expect(await readFile(logFile, 'utf8')).toBe('one\ntwo\nthree\n')
  })

  test('tells how it ended: by a code or by a signal', async () => {
    const code = await node('process.exit(3)')
    await code.ended
    expect([code.alive(), code.exit()]).toEqual([false, 'code 3'])
    const killed = await node('setInterval(() => {}, 1000)')
    expect([killed.alive(), killed.exit()]).toEqual([true, undefined])
    killed.signal('SIGKILL')
    await killed.ended
    expect([killed.alive(), killed.exit()]).toEqual([false, 'signal SIGKILL'])
    killed.signal('SIGKILL')
  })

  test('sees the given environment and nothing of ours', async () => {
    await (await node('console.log(JSON.stringify(process.env))', { ONLY: 'this' })).ended
    expect(JSON.parse(await readFile(logFile, 'utf8'))).toEqual({ ONLY: 'this' })
  })

  test('that cannot be started is one clear line', async () => {
    const options = { command: join(directory, 'nothing'), args: [], env: {}, logFile }
    await expect(startProcess(options)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^\S+nothing cannot be started: .*ENOENT/),
    })
  })

  test('notices by its closed input that its parent was killed', async () => {
    const script = `
      const { startProcess } = await import(${JSON.stringify(join(import.meta.dirname, 'process.ts'))})
      const child = await startProcess({ command: process.execPath, env: {}, logFile: ${JSON.stringify(logFile)},
        args: ['-e', 'console.log("up"); process.stdin.resume().on("end", () => { console.log("alone"); process.exit() })'] })
      await new Promise(() => setInterval(() => {}, 1000))`
    const parent = await node(script)
    await until('the child', async () => (await readFile(logFile, 'utf8')).includes('up'), { timeoutMs: 120_000 })
    parent.signal('SIGKILL')
    await until('its end', async () => (await readFile(logFile, 'utf8')).includes('alone'), { timeoutMs: 120_000 })
  })
})

describe('the mark of a process', () => {
  test('is always the same while it runs, and gone when it has ended', async () => {
    const child = await node('setInterval(() => {}, 1000)')
    const mark = processMark(child.pid)
    expect(mark).toMatch(/^(\d+|alive)$/)
    expect(processMark(child.pid)).toBe(mark)
    child.signal('SIGKILL')
    await child.ended
    expect(processMark(child.pid)).toBeUndefined()
  })

  test('does not exist for an id that nobody has', () => {
    expect(processMark(2 ** 30)).toBeUndefined()
  })
})

test('the tail of a log is its last lines, and empty where there is no log', async () => {
  await (await node('console.log("a\\nb\\n\\nc\\n\\n")')).ended
  expect(await tailOf(logFile, 2)).toEqual(['b', 'c'])
  expect(await tailOf(logFile, 100)).toEqual(['a', 'b', 'c'])
  expect(await tailOf(join(directory, 'none'), 5)).toEqual([])
})

test('the system says of a process whether it runs, is paused, or has ended', async () => {
  const child = await node('setInterval(() => {}, 1e9)')
  expect(processStatus(child.pid)).toBe('running')
  child.signal('SIGSTOP')
  await until('the pause', async () => processStatus(child.pid) === 'paused', { timeoutMs: 120_000 })
  child.signal('SIGCONT')
  await until('its going on', async () => processStatus(child.pid) === 'running', { timeoutMs: 120_000 })
  child.signal('SIGKILL')
  await child.ended
  expect(processStatus(child.pid)).toBe('ended')
})
