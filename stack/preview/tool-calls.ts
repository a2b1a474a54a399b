// The calls of tools whose result has not come yet: the result's event tells the input again.
import { property } from '../../core/property.ts'

export interface ToolCall {
  readonly name: string
  /** As JSON. */
  readonly input: string
  /** As JSON: of a command or a tool of an MCP server. */
  readonly parameters: string | undefined
}

/** A result that never comes must not cost memory for ever: of the oldest calls only the id is known then. */
const MOST_CHARACTERS = 8 * 1024 ** 2

export class ToolCalls {
  readonly #open = new Map<string, ToolCall>()
  #characters = 0

  /** @throws RangeError when the input is nested too deep to be written */
  add(id: string, name: string, input: unknown): ToolCall {
    const call = { name, input: JSON.stringify(input ?? {}), parameters: parametersOf(name, input) }
    this.take(id)
    this.#open.set(id, call)
    this.#characters += sizeOf(id, call)
    for (const [oldest] of this.#open) {
      if (this.#characters <= MOST_CHARACTERS) break
      this.take(oldest)
    }
    return call
  }

  /** The call, which is then forgotten. */
  take(id: string): ToolCall | undefined {
    const call = this.#open.get(id)
    if (call && this.#open.delete(id)) this.#characters -= sizeOf(id, call)
    return call
  }
}

function sizeOf(id: string, { name, input, parameters = '' }: ToolCall): number {
  return id.length + name.length + input.length + parameters.length
}

function parametersOf(name: string, input: unknown): string | undefined {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/s.exec(name) ?? []
  if (server !== undefined) return JSON.stringify({ mcp_server_name: server, mcp_tool_name: tool })
  const command = property(input, 'command')
  if (name !== 'Bash' || typeof command !== 'string') return undefined
  const [word = ''] = command.trim().split(/\s/, 1)
  const description = property(input, 'description')
  return JSON.stringify({
    bash_command: word,
    full_command: command,
    ...(description === undefined ? {} : { description }),
  })
}
