// Our policy at the client's end, in this process, as the relay runs it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../../core/errors.ts'
import type { LogsRequest } from '../../../core/otlp/otlp.ts'
import { jsonMessage, protobufMessage } from '../../../stack/client/export-request.ts'
import { standardPolicyFile } from '../../../stack/client/sanitizer/document.ts'
import { Sanitizer } from '../../../stack/client/sanitizer/sanitizer.ts'
import type { Attribute } from './collector.ts'
import type { Cpu } from './load.ts'
import type { SanitizeAll } from './quality.ts'

/** Without the path filters, which leave out whole records. */
export const throughClient: SanitizeAll = async (attributes) => {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-policy-'))
  try {
    const policyFile = join(room, 'policy.json')
    const { paths: _, ...masks } = JSON.parse(await readFile(standardPolicyFile, 'utf8')) as Record<string, unknown>
    await writeFile(policyFile, JSON.stringify(masks))
    const sanitizer = new Sanitizer({ policyFile, salt: 'salt' })
    return attributes.map((attribute) => sanitized(sanitizer, attribute))
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

function sanitized(sanitizer: Sanitizer, { key, text }: Attribute): string {
  const attributes = [{ key: key === '' ? 'prompt' : key, value: { stringValue: text } }]
  const request: LogsRequest = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }
  const left = sanitizer.request(jsonMessage('logs', Buffer.from(JSON.stringify(request))))
  const { resourceLogs } = JSON.parse(left?.body.toString() ?? '{"resourceLogs":[]}') as LogsRequest
  const value = resourceLogs[0]?.scopeLogs?.[0]?.logRecords?.[0]?.attributes?.[0]?.value
  if (value === undefined || !('stringValue' in value)) throw new UserError("the client's end kept no text of a record")
  return value.stringValue
}

/** With the path filters. */
export async function clientCpu(): Promise<Cpu> {
  const sanitizer = new Sanitizer({ salt: 'salt' })
  return {
    msFor: async ({ requests }) => {
      const messages = requests.map(({ signal, bytes }) => protobufMessage(signal, bytes))
      const before = process.cpuUsage()
      for (const message of messages) sanitizer.request(message)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    },
    [Symbol.asyncDispose]: async () => {},
  }
}
