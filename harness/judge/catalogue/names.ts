// The client's names and numbers that tell events apart (docs/data-model.md, identity), written out by hand.
import type { Attributes } from './sent.ts'

export const NAMES_AND_NUMBERS: readonly string[] = [
  ...[
    'model',
    'speed',
    'effort',
    'query_source',
    'tool_name',
    'decision',
    'source',
    'decision_type',
    'decision_source',
  ],
  ...['success', 'error_type', 'status_code', 'attempt', 'total_attempts', 'total_retry_duration_ms', 'input_tokens'],
  ...['output_tokens', 'cache_read_tokens', 'cache_creation_tokens', 'cost_usd', 'cost_usd_micros', 'duration_ms'],
  ...['ttft_ms', 'total_duration_ms', 'prompt_length', 'response_length', 'tool_input_size_bytes'],
  ...['tool_result_size_bytes', 'command_name', 'command_source', 'from_mode', 'to_mode', 'trigger', 'action'],
  ...['auth_method', 'status', 'transport_type', 'server_scope', 'mcp_server_scope', 'hook_event', 'hook_name'],
  ...['hook_source', 'num_hooks', 'num_success', 'num_blocking', 'pre_tokens', 'post_tokens', 'agent_type'],
  ...['total_tokens', 'total_tool_uses'],
]

const PLAIN = /^[\w.:-]*(?:\[\d+[a-z]\])?$/
/** Of what the oracle's records have; what else may hide something private is a matter of the policy's tests. */
const SUSPECT = /token|secret|passw/i

/** Whether they count: where one of them may hold something private, none does. */
export function areNamesTold(attributes: Attributes): boolean {
  return NAMES_AND_NUMBERS.every((name) => {
    const value = attributes[name] ?? ''
    return PLAIN.test(value) && !SUSPECT.test(value)
  })
}
