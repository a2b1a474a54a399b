// A tool's decision and result: a pair with one tool_use_id, or a rejection alone.
import { flag, numeral, string } from '../fields.ts'
import type { Scene } from '../session-context.ts'
import { joinTexts, rawOf, type Text } from '../text.ts'
import { nextToolCall, type ToolCall } from './tool-calls.ts'

const accepts = ['config', 'config', 'config', 'hook', 'user_permanent', 'user_temporary']
const rejects = ['user_reject', 'user_abort', 'hook', 'config']

/** A tool that was decided on and, when accepted, has still to run. */
export interface DecidedTool {
  readonly call: ToolCall
  readonly useId: string
  readonly accepted: boolean
  readonly source: string
}

/** tool_decision: comes before the api_request that asked for the tool is reported. */
export function decideTool(scene: Scene): DecidedTool {
  const { faker } = scene
  const call = nextToolCall(scene)
  const headless = scene.querySource === 'sdk'
  const accepted = headless || faker.datatype.boolean(0.93)
  const source = headless ? 'config' : faker.helpers.arrayElement(accepted ? accepts : rejects)
  const useId = `toolu_01${faker.string.alphanumeric(22)}`
  scene.pass(5, 40)
  scene.record('tool_decision', {
    decision: string(accepted ? 'accept' : 'reject'),
    source: string(source),
    tool_name: string(call.name),
    tool_use_id: string(useId),
    tool_parameters: scene.contentOn && call.parameters !== undefined ? string(call.parameters) : undefined,
  })
  if (call.lines !== undefined) {
    const decision = accepted ? 'accept' : 'reject'
    scene.add('code_edit_tool.decision', 1, { decision, source, tool_name: call.name, language: call.language })
  }
  return { call, useId, accepted, source }
}

/** tool_result, with the counts of what the tool did. */
export function runTool(scene: Scene, tool: DecidedTool): void {
  const { faker } = scene
  const { call } = tool
  const durationMs = scene.shape.toolMs()
  scene.pass(durationMs, durationMs)
  const success = faker.datatype.boolean(0.92)
  const details = scene.contentOn
  const headless = scene.querySource === 'sdk'
  scene.record('tool_result', {
    tool_name: string(call.name),
    tool_use_id: string(tool.useId),
    success: flag(success),
    duration_ms: numeral(durationMs),
    error_type: success ? undefined : string('TelemetrySafeError'),
    error: success || !details ? undefined : string(failure(scene)),
    decision_type: headless ? undefined : string('accept'),
    decision_source: headless ? undefined : string(tool.source),
    mcp_server_scope: call.mcpScope === undefined ? undefined : string(call.mcpScope),
    tool_parameters: details && call.parameters !== undefined ? string(call.parameters) : undefined,
    tool_input: details ? string(call.input) : undefined,
    tool_input_size_bytes: numeral(Buffer.byteLength(rawOf(call.input))),
    tool_result_size_bytes: success ? numeral(scene.shape.resultBytes()) : undefined,
  })
  if (!success) return
  if (call.counts !== undefined) scene.add(call.counts, 1, {})
  if (call.lines === undefined) return
  const [added, removed] = call.lines
  scene.add('lines_of_code.count', added, { type: 'added', model: scene.model })
  if (removed > 0) scene.add('lines_of_code.count', removed, { type: 'removed', model: scene.model })
}

function failure(scene: Scene): Text {
  const secret = scene.texts.secret()
  const message = 'File does not exist. Note: your current working directory is /home/dev/app.'
  return secret === undefined ? [message] : joinTexts([['Command failed with exit code 1:'], secret, [message]], '\n')
}
