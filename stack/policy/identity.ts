// What tells people and events apart, and may therefore not be rewritten by a pattern (docs/data-model.md, Identity).

/** Attributes that no pattern rewrites: where one would, the value is hashed whole. */
export const IDENTIFYING: readonly string[] = [
  'user.id',
  'user.account_uuid',
  'user.account_id',
  'organization.id',
  'session.id',
  'event.name',
  'event.sequence',
  'prompt.id',
  'tool_use_id',
  'request_id',
  'client_request_id',
  'message.uuid',
]

/**
 * What an id looks like, RE2: anything without a sign of an address, an assignment or a quotation; also bytes, an empty list, an object,
 * should a client send such. One that looks otherwise holds what somebody put in: it is hashed whole, or removed where the salt is not known.
 */
export const ID = '[^@=%"\'`\\\\]*={0,2}|[\\[\\]{}":,a-z0-9]{1,16}'

/** The ids and times that events are told apart by. */
const IDS = [
  'session.id',
  'event.name',
  'event.sequence',
  'prompt.id',
  'tool_use_id',
  'request_id',
  'client_request_id',
  'message.uuid',
]

/** The client's names and numbers: left alone where all of a record's are plain. Closed: telemetry_plain_names in the schema has the same. */
export const NAMES: readonly string[] = [
  'model',
  'speed',
  'effort',
  'query_source',
  'tool_name',
  'decision',
  'source',
  'decision_type',
  'decision_source',
  'success',
  'error_type',
  'status_code',
  'attempt',
  'total_attempts',
  'total_retry_duration_ms',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'cost_usd',
  'cost_usd_micros',
  'duration_ms',
  'ttft_ms',
  'total_duration_ms',
  'prompt_length',
  'response_length',
  'tool_input_size_bytes',
  'tool_result_size_bytes',
  'command_name',
  'command_source',
  'from_mode',
  'to_mode',
  'trigger',
  'action',
  'auth_method',
  'status',
  'transport_type',
  'server_scope',
  'mcp_server_scope',
  'hook_event',
  'hook_name',
  'hook_source',
  'num_hooks',
  'num_success',
  'num_blocking',
  'pre_tokens',
  'post_tokens',
  'agent_type',
  'total_tokens',
  'total_tool_uses',
]

/** The collector's mark on a record of which a pattern may have rewritten a name. The database takes it off. */
export const REWRITTEN = 'telemetry.names_rewritten'

/** A plain value: a word, a number, a model with its context window. */
export const PLAIN = '[A-Za-z0-9_.:-]*(?:\\[[0-9]+[a-z]\\])?'

/** What may hold a private text all the same; telemetry_suspect in the schema. RE2. */
export const SUSPECT =
  '(?i)@|token|secret|passw|authorization|api[_-]?key|bearer|sk-|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|akia|aiza|eyj|\\+\\d|\\(\\d{3}\\)|\\d{3}[-.]\\d{3}[-.]\\d{4}'

/** Whether an attribute may be what tells one event from another. */
export function tellsApart(name: string): boolean {
  return IDS.includes(name) || NAMES.includes(name)
}
