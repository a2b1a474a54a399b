// The course of a session: start-up, then prompts, each worked on in steps of tools and requests.
import type { Scene } from '../session-context.ts'
import { apiRequest } from './api.ts'
import { inPrompt, startUp } from './occasional.ts'
import { assistantResponse, userPrompt } from './prompt.ts'
import { decideTool, runTool } from './tools.ts'

interface Course {
  readonly index: number
  readonly prompts: number
  readonly promptPadding?: number
  /** Exports the metrics that have gathered. */
  flush(): void
}

const seldom = 0.02
const occasions = [...Object.keys(startUp), ...Object.keys(inPrompt)]

/**
 * Plays a session on a scene. Seldom events come by chance, and one kind of them for certain in every session, in turn:
 * so a load of as many sessions as there are kinds has them all.
 */
export function playSession(scene: Scene, course: Course): void {
  const due = occasions[course.index % occasions.length]
  scene.add('session.count', 1, {
    start_type: scene.faker.helpers.arrayElement(['fresh', 'fresh', 'fresh', 'resume', 'continue']),
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

/** Steps as in the captures: the decisions, the request that asked for the tools, their results; at the end the answer. */
function work(scene: Scene): void {
  const steps = scene.faker.number.int({ min: 0, max: 4 })
  for (let step = 0; step < steps; step += 1) {
    const tools = Array.from({ length: scene.faker.number.int({ min: 1, max: 3 }) }, () => decideTool(scene))
    apiRequest(scene)
    for (const tool of tools) if (tool.accepted) runTool(scene, tool)
  }
  assistantResponse(scene, apiRequest(scene))
}
