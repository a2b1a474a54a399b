// Made-up transcripts of the client, and previews of them.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stackDirectory } from '../../../core/paths.ts'
import { temporaryDirectory } from '../../client/testing/temporary-directory.ts'
import { type Policy, readPolicy } from '../../policy/policy.ts'
import { type Previewed, preview, type Tally } from '../preview.ts'

export const SESSION = '6c8a2f8e-0000-4000-8000-000000000001'

const around = {
  sessionId: SESSION,
  timestamp: '2026-11-26T10:00:00.000Z',
  gitBranch: 'main',
  version: '2.1.290',
  uuid: 'u1',
}

export const user = (content: unknown, more: object = {}) => ({
  ...around,
  type: 'user',
  message: { role: 'user', content },
  ...more,
})

export const assistant = (
  content: unknown,
  more: object = {},
  usage: object = { input_tokens: 3, output_tokens: 9 },
) => ({
  ...around,
  type: 'assistant',
  requestId: 'req_1',
  message: { role: 'assistant', model: 'claude-opus-4-8', content, usage },
  ...more,
})

export const system = (more: object) => ({ ...around, type: 'system', ...more })

export const call = (id: string, name: string, input: unknown) => ({ type: 'tool_use', id, name, input })
export const result = (id: string, content: unknown, more: object = {}) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  ...more,
})

let policy: Promise<Policy> | undefined

export function stackPolicy(): Promise<Policy> {
  policy ??= readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  return policy
}

/** What a file of these lines would leave; a text is a line as it is. */
export async function previewOf(
  lines: readonly (object | string)[],
  options: { readonly switchesOn?: boolean; readonly session?: string; readonly end?: string } = {},
): Promise<{ readonly records: Previewed[]; readonly tally: Tally }> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'session.jsonl')
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  await writeFile(file, texts.join('\n') + (options.end ?? '\n'))
  const { switchesOn = true, session } = options
  const records: Previewed[] = []
  const shown = (record: Previewed) => {
    records.push(record)
  }
  const tally = await preview({ file, session, switchesOn, policy: await stackPolicy(), namesFile: undefined, shown })
  return { records, tally }
}
