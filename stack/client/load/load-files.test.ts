import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { accepted, bodiesOf, down, ScriptedTransport } from '../testing/scripted-transport.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import { type LoadOptions, loadFiles } from './load-files.ts'

fc.configureGlobal({ seed: 1 })

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory[Symbol.asyncDispose]())

const log = (body: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"${body}"}}]}]}]}`
const metric = '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"dataPoints":[{},{}]}}]}]}]}'

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const path = `${directory.path}/${name}`
  await writeFile(path, lines.join('\n'))
  return path
}

function load(transport: ScriptedTransport, files: readonly string[], options: Partial<LoadOptions> = {}) {
  const told: string[] = []
  const refused = (place: string, reason: string) =>
    void told.push(`${place.replace(`${directory.path}/`, '')} ${reason}`)
  const policy = { retryBaseMs: 1, attempts: 3, parkedRetryMs: 1, attemptTimeoutMs: 1_000 }
  const rest = { from: 1, signal: new AbortController().signal, progress: () => {} }
  return { told, counts: loadFiles({ files, transport, refused, ...policy, ...rest, ...options }) }
}

test('each line is a request, in order, over several files; blank lines are none', async () => {
  const transport = new ScriptedTransport()
  const files = [await fileOf('a', [log('1'), '', log('2'), '  ']), await fileOf('b', [`${log('3')}\r`, metric, ''])]
  const { told, counts } = load(transport, files)
  expect(await counts).toEqual({ requests: 4, events: 5, refused: 0 })
  expect(transport.sent.map(({ signal }) => signal)).toEqual(['logs', 'logs', 'logs', 'metrics'])
  expect(transport.sent.flatMap(bodiesOf)).toEqual(['1', '2', '3'])
  expect(told).toEqual([])
})

test('with a name every request is marked, and without one it is sent as it is', async () => {
  const transport = new ScriptedTransport()
  const file = await fileOf('a', [log('1'), log('2')])
  await load(transport, [file], { dataset: 'week' }).counts
  await load(transport, [file]).counts
  const texts = transport.sent.map(({ body }) => body.toString())
  expect(texts.map((text) => text.includes('telemetry.dataset'))).toEqual([true, true, false, false])
  expect(texts.slice(2)).toEqual([log('1'), log('2')])
})

test('what is no request, refused, or taken in part is told by file and line, and all others are sent', async () => {
  const transport = new ScriptedTransport((message) => {
    const [body] = bodiesOf(message)
    if (body === 'bad') return { kind: 'rejected', code: 'HTTP 400', message: 'no' }
    return body === 'part' ? { kind: 'partial', rejected: 1, message: 'too old' } : accepted
  })
  const file = await fileOf('a', ['{"resourceSpans":[]}', log('1'), log('bad'), log('part'), '{', log('2')])
  const { told, counts } = load(transport, [file])
  expect(await counts).toEqual({ requests: 3, events: 2, refused: 4 })
  expect(told).toEqual([
    expect.stringMatching(/^a:1 .*not an OTLP export request/),
    'a:3 HTTP 400: no',
    'a:4 1 of 1 were not taken: too old',
    expect.stringMatching(/^a:5 .*JSON/),
  ])
  expect(transport.taken).toEqual(['1', '2'])
})

test('a backend that is away for a moment is waited for', async () => {
  let failures = 2
  const transport = new ScriptedTransport(() => {
    failures -= 1
    return failures >= 0 ? down : accepted
  })
  expect(await load(transport, [await fileOf('a', [log('1'), log('2')])]).counts).toMatchObject({ requests: 2 })
  expect(transport.taken).toEqual(['1', '2'])
})

test('wherever the backend goes away, the line that it names is the one to go on with: each line once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(12), async (lines, failsAt) => {
      const bodies = Array.from({ length: lines }, (_, index) => `${index}`)
      const file = await fileOf('a', bodies.map(log))
      const transport = new ScriptedTransport(() => (transport.taken.length < failsAt ? accepted : down))
      const first = load(transport, [file]).counts.then(
        () => undefined,
        (error: Error) => error.message,
      )
      const message = await first
      expect(message === undefined).toBe(failsAt >= lines)
      if (message !== undefined) {
        const from = Number(/go on with --from (\d+) /.exec(message)?.[1])
        expect(message).toMatch(/did not take it in 3 attempts \(UNAVAILABLE: nobody there\)/)
        transport.answer = () => accepted
        await load(transport, [file], { from }).counts
      }
      expect(transport.taken).toEqual(bodies)
    }),
    { numRuns: 40 },
  )
})

test('stopped between two requests it says where to go on', async () => {
  const stop = new AbortController()
  const transport = new ScriptedTransport(() => {
    stop.abort()
    return accepted
  })
  const file = await fileOf('a', [log('1'), log('2')])
  await expect(load(transport, [file], { signal: stop.signal }).counts).rejects.toThrow(
    `stopped; go on with --from 2 ${file}`,
  )
})

test('a file that is not there is one line', async () => {
  const { counts } = load(new ScriptedTransport(), [`${directory.path}/none`])
  await expect(counts).rejects.toThrow(/none cannot be read: ENOENT/)
})
