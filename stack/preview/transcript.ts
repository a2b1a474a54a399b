// A line of a transcript of the client: what of it tells which events the client has sent, or would have.
import { z } from 'zod'

/** What has another shape than this version knows is as if it were not there. */
const text = z.string().optional().catch(undefined)
const flag = z.boolean().optional().catch(undefined)
const count = z.int().optional().catch(undefined)

const block = z.object({
  type: z.string(),
  text,
  /** Of a tool call. */
  id: text,
  name: text,
  input: z.unknown().optional(),
  /** Of a tool's result. */
  tool_use_id: text,
  content: z.unknown().optional(),
  is_error: flag,
})

export type Block = z.infer<typeof block>

const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
})

const message = z.object({
  id: text,
  model: text,
  content: z
    .union([
      z.string().transform((each): Block[] => [{ type: 'text', text: each, input: undefined, content: undefined }]),
      z.array(z.unknown()).transform(blocksIn),
    ])
    .catch([]),
  usage: usage.optional().catch(undefined),
})

const around = {
  timestamp: text,
  sessionId: text,
  gitBranch: text,
  version: text,
  uuid: text,
  /** Of a subagent. */
  isSidechain: flag,
}

const line = z.discriminatedUnion('type', [
  z.object({ ...around, type: z.literal('user'), message, isMeta: flag, isCompactSummary: flag }),
  z.object({ ...around, type: z.literal('assistant'), message, requestId: text, isApiErrorMessage: flag }),
  z.object({
    ...around,
    type: z.literal('system'),
    subtype: text,
    error: z.unknown().optional(),
    compactMetadata: z.object({ trigger: text, preTokens: count }).optional().catch(undefined),
  }),
])

export type TranscriptLine = z.infer<typeof line>
export type LineOf<Type extends TranscriptLine['type']> = Extract<TranscriptLine, { type: Type }>

/** @returns undefined for JSON that is no message. @throws SyntaxError when it is no JSON */
export function readLine(json: string): TranscriptLine | undefined {
  return line.safeParse(JSON.parse(json)).data
}

function blocksIn(list: readonly unknown[]): Block[] {
  return list.flatMap((each) => block.safeParse(each).data ?? [])
}
