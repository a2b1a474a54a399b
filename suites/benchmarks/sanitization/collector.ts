// A collector that only takes log records, processes them, and drops them or writes them to a file.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pidusage from 'pidusage'
import { z } from 'zod'
import { atExit } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { encodeRequest } from '../../../core/otlp/codec.ts'
import type { LogRecord } from '../../../core/otlp/otlp.ts'
import { until } from '../../../core/poll.ts'
import { freePort } from '../../../core/ports.ts'
import { startProcess } from '../../../core/process.ts'
import { grpcSender } from '../../../generators/emit/replay-grpc.ts'
import type { Input } from '../price/input.ts'
import { sendAll } from '../price/send.ts'

export interface Processing {
  /** The collector's. */
  readonly program: string
  /** In the order in which they run. */
  readonly processors: Readonly<Record<string, unknown>>
}

export interface RunningCollector extends AsyncDisposable {
  /** User and system time that it takes for these, the answers included. @throws UserError when it does not accept one */
  cpuMsFor(requests: Input['requests']): Promise<number>
}

const START_MS = 60_000
const TIMEOUT_MS = 60_000
const A_REQUEST = 100

/** @param file where it writes; it drops everything when absent @throws UserError when it does not start */
export async function startCollector({ program, processors }: Processing, file?: string): Promise<RunningCollector> {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-sanitization-'))
  const port = await freePort()
  const config = join(room, 'config.yaml')
  const exporter = file === undefined ? { nop: {} } : { file: { path: file } }
  await writeFile(config, JSON.stringify(configOf(port, processors, exporter)))
  const logFile = join(room, 'log')
  // What it hashes is the same in every run.
  const env = { TELEMETRY_HASH_SALT: 'salt' }
  const collector = await startProcess({ command: program, args: ['--config', config], env, logFile })
  const sender = grpcSender({ protocol: 'grpc', endpoint: `127.0.0.1:${port}`, timeoutMs: TIMEOUT_MS })
  const end = async () => {
    handle[Symbol.dispose]()
    await sender[Symbol.asyncDispose]()
    collector.signal('SIGTERM')
    await collector.ended
    await rm(room, { recursive: true, force: true })
  }
  const handle = atExit(end)
  const empty = encodeRequest({ resourceLogs: [] })
  try {
    await until(
      'a collector that processes texts',
      async () => !collector.alive() || (await sender.send('logs', empty)).kind === 'accepted',
      { timeoutMs: START_MS, onTimeout: () => readFile(logFile, 'utf8') },
    )
    if (!collector.alive()) throw new UserError(`the collector ended: ${await readFile(logFile, 'utf8')}`)
  } catch (error) {
    await end()
    throw error
  }
  return {
    cpuMsFor: async (requests) => {
      const before = (await pidusage(collector.pid)).ctime
      await sendAll(requests, sender)
      return (await pidusage(collector.pid)).ctime - before
    },
    [Symbol.asyncDispose]: end,
  }
}

/** JSON is YAML, but for `$`, which the collector would take for a variable: the policy's own are doubled already. */
function configOf(port: number, processors: Processing['processors'], exporters: Readonly<Record<string, object>>) {
  return {
    receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${port}`, max_recv_msg_size_mib: 64 } } } },
    processors,
    exporters,
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
      pipelines: {
        logs: { receivers: ['otlp'], processors: Object.keys(processors), exporters: Object.keys(exporters) },
      },
    },
  }
}

export interface Attribute {
  readonly key: string
  readonly text: string
}

/** What becomes of each attribute in a record of its own. @throws UserError when one is missing afterwards */
export async function throughCollector(processing: Processing, attributes: readonly Attribute[]): Promise<string[]> {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-texts-'))
  const file = join(room, 'out')
  try {
    {
      await using collector = await startCollector(processing, file)
      await collector.cpuMsFor(requestsOf(attributes))
    }
    const left = textsIn(await readFile(file, 'utf8'))
    return attributes.map((_, number) => {
      const text = left.get(number)
      if (text === undefined) throw new UserError(`the collector kept no record of text ${number}`)
      return text
    })
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

const NUMBER = 'number'

function requestsOf(attributes: readonly Attribute[]): Input['requests'] {
  const records = attributes.map(
    ({ key, text }, number): LogRecord => ({
      timeUnixNano: '1795469307047000001',
      attributes: [
        { key: NUMBER, value: { stringValue: String(number) } },
        { key, value: { stringValue: text } },
      ],
    }),
  )
  return Array.from({ length: Math.ceil(records.length / A_REQUEST) }, (_, index) => {
    const logRecords = records.slice(index * A_REQUEST, (index + 1) * A_REQUEST)
    return { signal: 'logs' as const, bytes: encodeRequest({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }) }
  })
}

const attribute = z.object({ key: z.string(), value: z.looseObject({ stringValue: z.string().default('') }) })
const line = z.object({
  resourceLogs: z.array(
    z.object({ scopeLogs: z.array(z.object({ logRecords: z.array(z.object({ attributes: z.array(attribute) })) })) }),
  ),
})

/** A name may have been masked, too: the text is what is neither the number nor a mark of the collector's own. */
function textsIn(written: string): Map<number, string> {
  const lines = written
    .trimEnd()
    .split('\n')
    .map((each) => line.parse(JSON.parse(each)))
  const records = lines.flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)),
  )
  return new Map(
    records.map(({ attributes }) => {
      const number = attributes.find(({ key }) => key === NUMBER)
      const text = attributes.find((one) => one !== number && !one.key.startsWith('telemetry.'))
      return [Number(number?.value.stringValue), text?.value.stringValue ?? '']
    }),
  )
}
