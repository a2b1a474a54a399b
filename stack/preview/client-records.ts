// The events that the client makes of a session, from its transcript: what stands there, and nothing that would have to be guessed.
import type { AnyValue } from '../../core/otlp/otlp.ts'
import { property } from '../../core/property.ts'
import { ToolCalls } from './tool-calls.ts'
import type { Block, LineOf, TranscriptLine } from './transcript.ts'

/** The client's own switches of what it sends beside names and numbers. */
export const SWITCHES = ['OTEL_LOG_USER_PROMPTS', 'OTEL_LOG_ASSISTANT_RESPONSES', 'OTEL_LOG_TOOL_DETAILS'] as const
export type Switch = (typeof SWITCHES)[number]

export interface ClientValue {
  readonly key: string
  readonly value: AnyValue
  /** Sent only with it. */
  readonly needs?: Switch
}

export interface ClientRecord {
  readonly event: string
  readonly values: readonly ClientValue[]
}

/** What the client cuts a text off at (CLAUDE_CODE_OTEL_CONTENT_MAX_LENGTH). */
const MOST_CHARACTERS = 61_440
/** Lines of one answer of the API stand near each other. */
const ANSWERS_KNOWN = 256
/** What stands in a transcript as if the person had typed it. */
const NOT_TYPED = /^(?:<local-command-|\[Request interrupted)/

interface Answer {
  readonly id: string
  readonly record: ClientRecord
}

export class ClientRecords {
  readonly #calls = new ToolCalls()
  /** An answer of the API has a line for each of its blocks; what the last one tells of its tokens holds. */
  #answer: Answer | undefined
  readonly #answered = new Set<string>()

  /** @throws RangeError when values are nested too deep to be written */
  of(line: TranscriptLine): ClientRecord[] {
    if (line.type === 'assistant') return this.#assistant(line)
    return line.type === 'user' ? this.#user(line) : system(line)
  }

  /** What only the end of the transcript completes. */
  end(): ClientRecord[] {
    const { record } = this.#answer ?? {}
    this.#answer = undefined
    return record ? [record] : []
  }

  #user(line: LineOf<'user'>): ClientRecord[] {
    const { content } = line.message
    const results = content.filter(({ type }) => type === 'tool_result').map((block) => this.#result(line, block))
    const prompt = textOf(content)
    const isTyped = line.isMeta !== true && line.isCompactSummary !== true && line.isSidechain !== true
    if (!isTyped || prompt === '' || NOT_TYPED.test(prompt)) return results
    const typed = gated('OTEL_LOG_USER_PROMPTS', {
      prompt,
      ...(hasPromptText(line.version) ? { prompt_text: prompt } : {}),
    })
    return [record(line, 'user_prompt', [...plain({ prompt_length: String(prompt.length) }), ...typed]), ...results]
  }

  #result(line: LineOf<'user'>, { tool_use_id: id = '', content, is_error: isError = false }: Block): ClientRecord {
    const { name, input, parameters } = this.#calls.take(id) ?? {}
    const result = typeof content === 'string' ? content : (JSON.stringify(content) ?? '')
    const error = isError ? (typeof content === 'string' ? content : textOf(blocksOf(content))) : undefined
    return record(line, 'tool_result', [
      ...plain({
        tool_name: name,
        tool_use_id: id,
        success: String(!isError),
        tool_input_size_bytes: input === undefined ? undefined : String(Buffer.byteLength(input)),
        tool_result_size_bytes: isError ? undefined : String(Buffer.byteLength(result)),
      }),
      ...gated('OTEL_LOG_TOOL_DETAILS', { error, tool_parameters: parameters, tool_input: input }),
    ])
  }

  #assistant(line: LineOf<'assistant'>): ClientRecord[] {
    const { content, model } = line.message
    const text = textOf(content)
    // The client writes its errors as answers of no model.
    if (line.isApiErrorMessage === true) return [record(line, 'api_error', plain({ error: text }))]
    const before = this.#request(line)
    const response = record(line, 'assistant_response', [
      ...plain({ response_length: text.length, request_id: line.requestId, model, 'message.uuid': line.uuid }),
      ...gated('OTEL_LOG_ASSISTANT_RESPONSES', { response: text }),
    ])
    const calls = content.filter(({ type }) => type === 'tool_use')
    return [...before, ...(text === '' ? [] : [response]), ...calls.map((block) => this.#decision(line, block))]
  }

  #decision(line: LineOf<'assistant'>, { id = '', name = '', input }: Block): ClientRecord {
    const { parameters } = this.#calls.add(id, name, input)
    const values = plain({ tool_name: name, tool_use_id: id })
    return record(line, 'tool_decision', [
      ...values,
      ...gated('OTEL_LOG_TOOL_DETAILS', { tool_parameters: parameters }),
    ])
  }

  /** Keeps the request that the line is of; the one before it is complete. */
  #request(line: LineOf<'assistant'>): ClientRecord[] {
    const { model, usage } = line.message
    const id = line.requestId ?? line.message.id ?? ''
    if (this.#answered.has(id) && this.#answer?.id !== id) return []
    const before = this.#answer?.id === id ? [] : this.end()
    const tokens = {
      input_tokens: usage?.input_tokens,
      output_tokens: usage?.output_tokens,
      cache_read_tokens: usage?.cache_read_input_tokens,
      cache_creation_tokens: usage?.cache_creation_input_tokens,
    }
    this.#answer = { id, record: record(line, 'api_request', plain({ model, ...tokens, request_id: line.requestId })) }
    const [oldest = ''] = this.#answered
    if (this.#answered.size >= ANSWERS_KNOWN) this.#answered.delete(oldest)
    this.#answered.add(id)
    return before
  }
}

function system(line: LineOf<'system'>): ClientRecord[] {
  if (line.subtype === 'compact_boundary') {
    const { trigger, preTokens } = line.compactMetadata ?? {}
    return [record(line, 'compaction', plain({ trigger, pre_tokens: preTokens }))]
  }
  if (line.subtype !== 'api_error') return []
  const said = [line.error, property(line.error, 'error')].map((each) => property(each, 'message'))
  const error = said.find((each) => typeof each === 'string')
  const status = property(line.error, 'status')
  return [record(line, 'api_error', plain({ error, status_code: typeof status === 'number' ? status : undefined }))]
}

/** With what stands on every event. The branch is what the templates of stack/client/env add. */
function record(line: TranscriptLine, event: string, values: readonly ClientValue[]): ClientRecord {
  const { timestamp, sessionId, gitBranch } = line
  const common = { 'session.id': sessionId, 'event.timestamp': timestamp, 'git.branch': gitBranch || undefined }
  return { event, values: [...plain({ 'event.name': event, ...common }), ...values] }
}

type Values = Readonly<Record<string, string | number | undefined>>

/** Those that are known. */
function plain(values: Values): ClientValue[] {
  return Object.entries(values).flatMap(([key, value]): ClientValue[] => {
    if (typeof value === 'number') return [{ key, value: { intValue: String(Math.trunc(value)) } }]
    return value === undefined ? [] : [{ key, value: { stringValue: value.slice(0, MOST_CHARACTERS) } }]
  })
}

function gated(needs: Switch, values: Values): ClientValue[] {
  return plain(values).map((each) => ({ ...each, needs }))
}

function textOf(blocks: readonly Block[]): string {
  return blocks.flatMap(({ type, text = '' }) => (type === 'text' ? [text] : [])).join('\n')
}

function blocksOf(content: unknown): Block[] {
  const list: unknown[] = Array.isArray(content) ? content : []
  return list.map((each) => {
    const text = property(each, 'text')
    return { type: 'text', text: typeof text === 'string' ? text : '', input: undefined, content: undefined }
  })
}

/** From 2.1.287 on. */
function hasPromptText(version = ''): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return major > 2 || (major === 2 && (minor > 1 || (minor === 1 && patch >= 287)))
}
