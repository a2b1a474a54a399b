// The events that come seldom: start-up, hooks, plugins, compaction and the like.
import { bool, type Fields, flag, int, numeral, string } from '../fields.ts'
import type { Scene } from '../session-context.ts'
import { apiError, apiRefusal, apiRequest, apiRetriesExhausted } from './api.ts'

function hook(scene: Scene): void {
  const event = scene.faker.helpers.arrayElement(['PreToolUse', 'PostToolUse', 'Stop', 'UserPromptSubmit'])
  const hooks = scene.faker.number.int({ min: 1, max: 4 })
  const common: Fields = {
    hook_event: string(event),
    hook_name: string(`${event}:Bash`),
    hook_source: string('merged'),
    num_hooks: numeral(hooks),
  }
  scene.record('hook_execution_start', common)
  const durationMs = scene.faker.number.int({ min: 3, max: 800 })
  scene.pass(durationMs, durationMs)
  const blocking = scene.faker.number.int({ min: 0, max: 1 })
  const counts = { num_success: numeral(hooks - blocking), num_blocking: numeral(blocking) }
  scene.record('hook_execution_complete', { ...common, ...counts, total_duration_ms: numeral(durationMs) })
}

function mcpServer(scene: Scene): void {
  const failed = scene.faker.datatype.boolean(0.2)
  const secret = scene.texts.secret()
  const error = secret === undefined ? 'spawn npx ENOENT' : ['cannot connect with ', ...secret, ' to the server']
  scene.record('mcp_server_connection', {
    status: string(failed ? 'failed' : 'connected'),
    transport_type: string(scene.faker.helpers.arrayElement(['stdio', 'http', 'sse'])),
    server_scope: string('project'),
    duration_ms: numeral(scene.faker.number.int({ min: 20, max: 5000 })),
    is_plugin: bool(false),
    error: failed && scene.contentOn ? string(error) : undefined,
  })
}

function subagent(scene: Scene): void {
  const agent = scene.faker.helpers.arrayElement(['Explore', 'general-purpose'])
  for (let request = 0; request < 2; request += 1) apiRequest(scene, `agent:builtin:${agent}`)
  scene.record('subagent_completed', {
    agent_type: string(agent),
    model: string(scene.model),
    total_tokens: int(scene.faker.number.int({ min: 500, max: 90_000 })),
    total_tool_uses: int(scene.faker.number.int({ min: 0, max: 30 })),
    duration_ms: int(scene.faker.number.int({ min: 900, max: 120_000 })),
  })
}

function compaction(scene: Scene): void {
  apiRequest(scene, 'compact')
  const before = scene.faker.number.int({ min: 90_000, max: 180_000 })
  scene.record('compaction', {
    trigger: string(scene.faker.helpers.arrayElement(['auto', 'manual'])),
    success: flag(true),
    duration_ms: int(12_345),
    pre_tokens: int(before),
    post_tokens: int(Math.floor(before / 8)),
  })
}

/** At the start of a session, before the first prompt. */
export const startUp = {
  auth: (scene) => {
    const success = scene.faker.datatype.boolean(0.9)
    const status = success ? undefined : string('401')
    scene.record('auth', {
      action: string('login'),
      success: flag(success),
      auth_method: string('claudeai'),
      status_code: status,
    })
  },
  mcp_server_connection: mcpServer,
  plugin_loaded: (scene) => {
    scene.record('plugin_loaded', {
      'plugin.name': string('formatter'),
      'plugin.version': string('1.4.0'),
      enabled_via: string('user'),
      has_hooks: flag(true),
    })
  },
  plugin_installed: (scene) => {
    scene.record('plugin_installed', {
      'plugin.name': string('formatter'),
      'install.trigger': string('cli'),
      'marketplace.is_official': flag(false),
    })
  },
} as const satisfies Record<string, (scene: Scene) => void>

/** While a prompt is worked on. */
export const inPrompt = {
  api_error: (scene) => apiError(scene, 1),
  api_refusal: apiRefusal,
  api_retries_exhausted: apiRetriesExhausted,
  at_mention: (scene) => {
    scene.record('at_mention', { mention_type: string('file'), success: flag(scene.faker.datatype.boolean(0.9)) })
  },
  auxiliary_request: (scene) => {
    apiRequest(scene, 'generate_session_title', 'claude-haiku-4-5')
  },
  compaction,
  feedback_survey: (scene) => {
    scene.record('feedback_survey', {
      event_type: string('appeared'),
      appearance_id: string(scene.faker.string.uuid()),
      survey_type: string('session'),
    })
  },
  hook,
  internal_error: (scene) => {
    scene.record('internal_error', { error_name: string('TypeError'), error_code: string('ERR_INVALID_ARG_TYPE') })
  },
  permission_mode_changed: (scene) => {
    scene.record('permission_mode_changed', {
      from_mode: string('default'),
      to_mode: string('acceptEdits'),
      trigger: string('shift_tab'),
    })
  },
  skill_activated: (scene) => {
    scene.record('skill_activated', {
      'skill.name': string('changelog'),
      'skill.source': string('projectSettings'),
      invocation_trigger: string('user-slash'),
    })
  },
  subagent_completed: subagent,
} as const satisfies Record<string, (scene: Scene) => void>
