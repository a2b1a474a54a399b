// Every case runs in a process of its own, because what is tested is how a process ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

interface End {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

type Reaction = NodeJS.Signals | ((child: ChildProcess) => void)

/** Runs a script that knows `cleanup`, sends signals at its lines of output (or does something else), and waits for its end. */
async function end(script: string, reactions: Readonly<Record<string, Reaction>> = {}): Promise<End> {
  const module = `import * as cleanup from ${JSON.stringify(join(import.meta.dirname, 'cleanup.ts'))}
    const forever = () => new Promise(() => setInterval(() => {}, 1000))
    const say = (line) => process.stdout.write(line + '\\n')
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', module], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('the script has no output')
  let out = ''
  let err = ''
  stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.trimEnd().split('\n')) {
      const reaction = reactions[line]
      if (typeof reaction === 'string') child.kill(reaction)
      else reaction?.(child)
    }
    out += text
  })
  stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  // Not `close`: it never comes after a `disconnect` from this side.
  const [[code]] = await Promise.all([once(child, 'exit'), once(stdout, 'end'), once(stderr, 'end')])
  return { code, out, err }
}

describe('cleaning up', () => {
  test('runs the tasks last in, first out, each once, and goes on after one that fails', async () => {
    const { code, out, err } = await end(`
      cleanup.atExit(() => say('first'))
      cleanup.atExit(() => { throw new Error('stuck') })
      cleanup.atExit(async () => say('last'))
      await cleanup.cleanUp()
      await cleanup.cleanUp()`)
    expect([code, out, err]).toEqual([0, 'last\nfirst\n', 'while cleaning up: stuck\n'])
  })

  test('leaves out what was taken back', async () => {
    const { out } = await end(`
      cleanup.atExit(() => say('kept'))
      { using task = cleanup.atExit(() => say('taken back')) }
      await cleanup.cleanUp()`)
    expect(out).toBe('kept\n')
  })

  test('runs tasks that are registered while it runs', async () => {
    const { out } = await end(`
      cleanup.atExit(() => { say('first'); cleanup.atExit(() => say('late')) })
      await cleanup.cleanUp()`)
    expect(out).toBe('first\nlate\n')
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s aborts the work, cleans up and ends with %i', async (signal, expected) => {
    const { code, out, err } = await end(
      `
      cleanup.installSignalHandlers()
      cleanup.atExit(async () => say('cleaned up'))
      cleanup.stopSignal.addEventListener('abort', () => say(cleanup.stopSignal.reason.message))
      say('ready')
      await forever()`,
      { ready: signal },
    )
    expect([code, out]).toEqual([expected, `ready\nstopped by ${signal}\ncleaned up\n`])
    expect(err).toBe(`\nstopping (${signal}) …\n`)
  })

  test.each([
    ['says that it was interrupted', 130, (child: ChildProcess) => child.send('SIGINT')],
    ['is gone', 129, (child: ChildProcess) => child.disconnect()],
  ])('when the process that started it %s, it cleans up and ends', async (_, expected, react) => {
    const { code, out } = await end(
      `
      cleanup.installSignalHandlers()
      cleanup.stopWithStarter()
      cleanup.atExit(() => say('cleaned up'))
      say('ready')
      await forever()`,
      { ready: react },
    )
    expect([code, out]).toEqual([expected, 'ready\ncleaned up\n'])
  })

  test('the channel to the process that started it does not keep it alive', async () => {
    const { code, out } = await end(`
      cleanup.installSignalHandlers()
      cleanup.stopWithStarter()
      say('done')`)
    expect([code, out]).toEqual([0, 'done\n'])
  })

  test('one press that comes in two ways is one', async () => {
    const { code, out } = await end(
      `
      cleanup.installSignalHandlers()
      cleanup.stopWithStarter()
      cleanup.atExit(async () => { await new Promise((done) => setTimeout(done, 100)); say('cleaned up') })
      say('ready')
      await forever()`,
      {
        ready: (child: ChildProcess) => {
          child.send('SIGINT')
          child.kill('SIGINT')
        },
      },
    )
    expect([code, out]).toEqual([130, 'ready\ncleaned up\n'])
  })

  test('a second Ctrl-C ends at once', async () => {
    const { code, out } = await end(
      `
      cleanup.installSignalHandlers()
      cleanup.atExit(() => say('never'))
      // Later than the same press can come twice.
      cleanup.atExit(async () => { await new Promise((done) => setTimeout(done, 600)); say('hangs'); return forever() })
      say('ready')
      await forever()`,
      { ready: 'SIGINT', hangs: 'SIGINT' },
    )
    expect([code, out]).toEqual([130, 'ready\nhangs\n'])
  })

  test('a Ctrl-C during the last clean-up waits for the task that is under way', async () => {
    const { code, out } = await end(
      `
      cleanup.installSignalHandlers()
      const alive = setInterval(() => {}, 1000)
      const stopped = new Promise((resolve) => cleanup.stopSignal.addEventListener('abort', resolve))
      cleanup.atExit(() => say('next task'))
      cleanup.atExit(async () => { say('under way'); await stopped; await new Promise(setImmediate); say('finished') })
      await cleanup.cleanUp()
      await forever()`,
      { 'under way': 'SIGINT' },
    )
    expect([code, out]).toEqual([130, 'under way\nfinished\nnext task\n'])
  })

  test('an error that nobody caught cleans up and ends with 70', async () => {
    for (const fault of [`setImmediate(() => { throw new Error('oops') })`, `Promise.reject(new Error('oops'))`]) {
      const { code, out, err } = await end(`
        cleanup.installSignalHandlers()
        cleanup.atExit(() => say('cleaned up'))
        ${fault}
        await forever()`)
      expect([code, out]).toEqual([70, 'cleaned up\n'])
      expect(err).toContain('oops')
    }
  })
})
