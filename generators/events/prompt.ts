// A person's prompt and the model's last word on it.
import { int, numeral, string } from '../fields.ts'
import type { Scene } from '../session-context.ts'
import { joinTexts, rawOf, type Text } from '../text.ts'

const redacted = '<REDACTED>'

/** A user_prompt; `padding` is appended to the text, for records of a given size. */
export function userPrompt(scene: Scene, padding: string): void {
  const { faker, profile, texts } = scene
  scene.beginPrompt()
  const beganMs = scene.nowMs()
  scene.pass(...scene.shape.gapMs)
  const command = faker.helpers.maybe(
    () => faker.helpers.arrayElement(['init', 'review', 'compact', 'deploy-preview']),
    { probability: 0.1 },
  )
  const parts: Text[] = command === undefined ? [...texts.opening(), texts.prompt()] : [[`/${command}`], texts.prompt()]
  if (faker.datatype.boolean(0.3)) parts.push(['look at', ' ', texts.path(), ' '])
  if (padding !== '') parts.push([padding])
  const prompt = joinTexts(parts, ' ')
  scene.record('user_prompt', {
    prompt_length: numeral(rawOf(prompt).length),
    prompt: string(scene.contentOn ? prompt : redacted),
    prompt_text: profile.newestKeys && scene.contentOn ? string(prompt) : undefined,
    command_name: command === undefined ? undefined : string(command),
    command_source: command === undefined ? undefined : string(command === 'deploy-preview' ? 'custom' : 'builtin'),
  })
  scene.add('active_time.total', scene.shape.activeMs('user', scene.nowMs() - beganMs) / 1000, { type: 'user' })
}

/** The answer, as its own event in versions that have it. @param passedMs milliseconds since the prompt */
export function assistantResponse(scene: Scene, requestId: string, passedMs: number): void {
  const response = scene.texts.response()
  scene.add('active_time.total', scene.shape.activeMs('cli', passedMs) / 1000, { type: 'cli' })
  if (!scene.profile.assistantResponse) return
  scene.record('assistant_response', {
    response_length: int(rawOf(response).length),
    response: string(scene.contentOn ? response : redacted),
    request_id: string(requestId),
    model: string(scene.model),
    'message.uuid': scene.profile.newestKeys ? string(scene.faker.string.uuid()) : undefined,
    query_source: string(scene.querySource),
  })
}
