// Sends texts through some of the policy's processors in a collector of their own.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { AnyValue, KeyValue } from '../../core/otlp/otlp.ts'
import { stackDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { freePort } from '../../core/ports.ts'
import { startProcess } from '../../core/process.ts'
import { compilePolicy } from '../../stack/policy/layers/collector/compile.ts'
import type { Policy } from '../../stack/policy/policy.ts'
import { resolveCollector } from '../../stack/runtime/embedded/components.ts'

const A_REQUEST = 100

export type Put = (text: string) => { readonly attributes?: readonly KeyValue[]; readonly body?: AnyValue }

const asPrompt: Put = (stringValue) => ({ attributes: [{ key: 'prompt', value: { stringValue } }] })

/**
 * What becomes of each text in a record of its own: of the attribute `prompt`; undefined where the record was left out.
 * @param put where the text stands in its record
 */
export async function throughCollector(
  policy: Policy,
  names: readonly string[],
  texts: readonly string[],
  put: Put = asPrompt,
): Promise<(string | undefined)[]> {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-layers-'))
  const [port, file] = [await freePort(), join(directory, 'out')]
  await writeFile(join(directory, 'config.yaml'), configuration(policy, names, port, file))
  const { path } = await resolveCollector(stackDirectory, () => {})
  const logFile = join(directory, 'log')
  const args = ['--config', join(directory, 'config.yaml')]
  const collector = await startProcess({ command: path, args, env: { TELEMETRY_HASH_SALT: 'salt' }, logFile })
  try {
    const send = (logRecords: unknown[]) =>
      fetch(`http://127.0.0.1:${port}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
      })
    await until('the collector', () => send([]).then(({ ok }) => ok), {
      timeoutMs: 120_000,
      onTimeout: () => readFile(logFile, 'utf8'),
    })
    const records = texts.map((text, number) => {
      const { attributes = [], ...more } = put(text)
      return { attributes: [{ key: 'number', value: { stringValue: String(number) } }, ...attributes], ...more }
    })
    for (let at = 0; at < records.length; at += A_REQUEST) {
      const { status } = await send(records.slice(at, at + A_REQUEST))
      if (status !== 200) throw new Error(`the collector answered ${status}`)
    }
  } finally {
    collector.signal('SIGTERM')
    await collector.ended
  }
  const prompts = await promptsIn(file)
  await rm(directory, { recursive: true, force: true })
  return texts.map((_, number) => prompts[number])
}

function configuration(policy: Policy, names: readonly string[], port: number, file: string): string {
  const { processors } = z.object({ processors: z.record(z.string(), z.unknown()) }).parse(parse(compilePolicy(policy)))
  return stringify({
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: Object.fromEntries(names.map((name) => [name, processors[name]])),
    exporters: { file: { path: file } },
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'error' } },
      pipelines: { logs: { receivers: ['otlp'], processors: names, exporters: ['file'] } },
    },
  })
}

const attribute = z.object({ key: z.string(), value: z.looseObject({ stringValue: z.string().optional() }) })
const line = z.object({
  resourceLogs: z.array(
    z.object({ scopeLogs: z.array(z.object({ logRecords: z.array(z.object({ attributes: z.array(attribute) })) })) }),
  ),
})

async function promptsIn(file: string): Promise<(string | undefined)[]> {
  const prompts: (string | undefined)[] = []
  for (const each of (await readFile(file, 'utf8')).trim().split('\n'))
    for (const { scopeLogs } of line.parse(JSON.parse(each)).resourceLogs)
      for (const { logRecords } of scopeLogs)
        for (const { attributes } of logRecords) {
          const text = (key: string) => attributes.find((one) => one.key === key)?.value.stringValue
          prompts[Number(text('number'))] = text('prompt') ?? ''
        }
  return prompts
}
