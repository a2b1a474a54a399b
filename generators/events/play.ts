// The course of a session: start-up, then prompts, each worked on in steps of tools and requests.

import { int, string } from '../fields.ts'
import type { Scene } from '../session-context.ts'
import { apiError, apiRequest, apiRetriesExhausted, passing, type Reported } from './api.ts'
import { inPrompt, startUp } from './occasional.ts'
import { assistantResponse, userPrompt } from './prompt.ts'
import { decideTool, runTool } from './tools.ts'

interface Course {
  readonly index: number
  readonly prompts: number
  readonly promptPadding?: number
  /** Drawn when absent. */
  readonly startType?: string
  /** Whether one kind of seldom event is certain. */
  readonly occasion: boolean
  /** Exports the metrics that have gathered. */
  flush(): void
}

const seldom = 0.02
const MOST_ATTEMPTS = 10
const occasions = [...Object.keys(startUp), ...Object.keys(inPrompt)]

/**
 * Plays a session on a scene. Seldom events come by chance, and one kind of them for certain in every session, in turn:
 * so a load of as many sessions as there are kinds has them all.
 */
export function playSession(scene: Scene, course: Course): void {
  const due = course.occasion ? occasions[course.index % occasions.length] : undefined
  scene.add('session.count', 1, {
    start_type: course.startType ?? scene.faker.helpers.arrayElement(['fresh', 'fresh', 'fresh', 'resume', 'continue']),
  })
  scene.pass(50, 400)
  for (const [name, play] of Object.entries(startUp)) {
    if (name === due || scene.faker.datatype.boolean(seldom)) play(scene)
  }
  for (let prompt = 0; prompt < course.prompts; prompt += 1) {
    userPrompt(scene, 'x'.repeat(course.promptPadding ?? 0))
    for (const [name, play] of Object.entries(inPrompt)) {
      if ((prompt === 0 && name === due) || scene.faker.datatype.boolean(seldom)) play(scene)
    }
    work(scene)
    if (scene.faker.datatype.boolean(0.25)) course.flush()
  }
  course.flush()
}

/**
 * Requests that fail before the next one succeeds.
 * @returns false where the client gave up: nothing more happens to this prompt
 */
function retries(scene: Scene): boolean {
  const failures = scene.shape.failures(scene.nowMs())
  if (failures > MOST_ATTEMPTS) apiRetriesExhausted(scene)
  else for (let attempt = 1; attempt <= failures; attempt += 1) apiError(scene, attempt, passing)
  return failures <= MOST_ATTEMPTS
}

interface Step extends Reported {
  readonly toolUses: number
}

/** The decisions, the request that asked for the tools, their results; undefined where the client gave up. */
function workStep(scene: Scene, querySource = scene.querySource): Step | undefined {
  const { shape } = scene
  if (!retries(scene)) return undefined
  let answeredMs: number | undefined
  if (shape.decidesAfterAnswer) {
    answeredMs = shape.requestMs()
    scene.pass(answeredMs, answeredMs)
  }
  const tools = Array.from({ length: shape.toolsOfStep() }, () => decideTool(scene))
  const reported = apiRequest(scene, querySource, scene.model, answeredMs)
  const accepted = tools.filter((tool) => tool.accepted)
  for (const tool of accepted) runTool(scene, tool)
  return { ...reported, toolUses: accepted.length }
}

/** Steps of its own, and the sums of them at its end. @returns false where the client gave up */
function workOfSubagent(scene: Scene): boolean {
  const agent = scene.faker.helpers.arrayElement(['Explore', 'general-purpose', 'Plan'])
  const startMs = scene.nowMs()
  const steps: Step[] = []
  for (let left = 1 + scene.shape.steps(); left > 0; left -= 1) {
    const step = workStep(scene, `agent:builtin:${agent}`)
    if (step === undefined) return false
    steps.push(step)
  }
  scene.record('subagent_completed', {
    agent_type: string(agent),
    model: string(scene.model),
    total_tokens: int(steps.reduce((sum, { tokens }) => sum + tokens, 0)),
    total_tool_uses: int(steps.reduce((sum, { toolUses }) => sum + toolUses, 0)),
    duration_ms: int(scene.nowMs() - startMs),
  })
  return true
}

/** Steps as in the captures: the decisions, the request that asked for the tools, their results; at the end the answer. */
function work(scene: Scene): void {
  const { shape } = scene
  const beganMs = scene.nowMs()
  const steps = shape.steps()
  for (let step = 0; step < steps; step += 1) {
    const isSubagent = shape.subagents > 0 && scene.faker.datatype.boolean(shape.subagents)
    if (isSubagent ? !workOfSubagent(scene) : workStep(scene) === undefined) return
  }
  if (!retries(scene)) return
  const { requestId } = apiRequest(scene)
  assistantResponse(scene, requestId, scene.nowMs() - beganMs)
}
