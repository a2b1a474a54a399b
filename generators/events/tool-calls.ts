// The tools of the generated sessions: what they are called with, where secrets hide in JSON inside strings.
import { authorizationHeader, emailSpan, jsonAssignment, shellAssignment } from '../private-spans.ts'
import type { Scene } from '../session-context.ts'
import type { Shape } from '../shape.ts'
import { type JsonNode, jsonText, type Text } from '../text.ts'

export interface ToolCall {
  readonly name: string
  /** The JSON of `tool_input`. */
  readonly input: Text
  /** The JSON of `tool_parameters`, for tools that have it. */
  readonly parameters?: Text
  readonly mcpScope?: string
  /** Lines that an edit adds and removes. */
  readonly lines?: readonly [added: number, removed: number]
  readonly language?: string
  readonly counts?: 'commit.count' | 'pull_request.count'
}

/** A shell command: harmless, or with a secret in the way people write it. */
function command(scene: Scene): Text {
  const { faker, texts } = scene
  if (faker.datatype.boolean(0.2)) return ['ls -la ', texts.path()]
  const secret = faker.helpers.arrayElement<() => Text | undefined>([
    () => wrap('curl -s -H "', texts.secret(authorizationHeader), '" https://api.example.com/v1/me | jq .id'),
    () => wrap('export ', texts.secret(shellAssignment), '; npm publish'),
    () => wrap("echo '", texts.secret(jsonAssignment), "' > config.json"),
    () =>
      wrap(
        'git config user.email ',
        texts.secret((hidden) => [emailSpan(hidden)]),
        ' && git status',
      ),
    () => wrap('echo ', texts.secret(), ' | tee out.txt'),
  ])()
  const harmless = secret === undefined ? texts.command() : undefined
  if (harmless !== undefined) return [harmless]
  return (
    secret ??
    faker.helpers.arrayElement<() => Text>([
      () => ['npm test -- --max_tokens=100'],
      () => [
        'git log --oneline -5 && git show ',
        faker.string.hexadecimal({ length: 40, casing: 'lower', prefix: '' }),
      ],
      () => ['ping -c 1 ', faker.internet.ipv4(), ' && echo "done ✅"'],
      () => ['npm install react@19.1.0 @types/node'],
    ])()
  )
}

function wrap(before: string, secret: Text | undefined, after: string): Text | undefined {
  return secret === undefined ? undefined : [before, ...secret, after]
}

function bash(text: Text, description: string): ToolCall {
  const first = typeof text[0] === 'string' ? (text[0].split(' ')[0] ?? '') : ''
  return {
    name: 'Bash',
    input: jsonText({ command: { text }, description }),
    parameters: jsonText({ bash_command: first, full_command: { text }, description }),
  }
}

function edit(scene: Scene, name: 'Write' | 'Edit'): ToolCall {
  const { faker, texts } = scene
  const added = scene.shape.addedLines()
  const removed = name === 'Edit' ? scene.shape.removedLines() : 0
  const path = { text: [texts.path()] }
  // A config file inside the call: JSON in a string in JSON in a string.
  const config = texts.secret(jsonAssignment)
  const content: JsonNode = {
    text: config === undefined ? texts.code(added) : jsonText({ config: { text: config }, version: '1.2.3' }),
  }
  const input: JsonNode =
    name === 'Write'
      ? { file_path: path, content }
      : { file_path: path, old_string: 'let a=1;', new_string: content, replace_all: false }
  return {
    name,
    input: jsonText(input),
    lines: [added, removed],
    language: faker.helpers.arrayElement(['TypeScript', 'Python', 'Go', 'Markdown']),
  }
}

function mcp(scene: Scene): ToolCall {
  const text = scene.texts.prose()
  const parameters = jsonText({ mcp_server_name: 'github', mcp_tool_name: 'search_issues' })
  return {
    name: 'mcp__github__search_issues',
    input: jsonText({ query: { text }, perPage: 20 }),
    parameters,
    mcpScope: 'project',
  }
}

interface Choice {
  readonly name: string
  readonly weight: number
  readonly value: (scene: Scene) => ToolCall
}

const calls: readonly Choice[] = [
  { name: 'Bash', weight: 8, value: (scene) => bash(command(scene), scene.texts.note()) },
  {
    name: 'Read',
    weight: 5,
    value: (scene) => ({ name: 'Read', input: jsonText({ file_path: { text: [scene.texts.path()] } }) }),
  },
  { name: 'Write', weight: 2, value: (scene) => edit(scene, 'Write') },
  { name: 'Edit', weight: 4, value: (scene) => edit(scene, 'Edit') },
  {
    name: 'Grep',
    weight: 3,
    value: (scene) => ({
      name: 'Grep',
      input: jsonText({ pattern: { text: scene.texts.secret() ?? [scene.texts.word()] }, path: '/home/dev/app' }),
    }),
  },
  { name: 'mcp', weight: 2, value: mcp },
  {
    name: 'commit',
    weight: 0.5,
    value: (scene) => ({
      ...bash(['git commit -m "', ...(scene.texts.secret() ?? ['fix tests']), '"'], 'commit'),
      counts: 'commit.count',
    }),
  },
  {
    name: 'pull_request',
    weight: 0.25,
    value: () => ({
      ...bash(['gh pr create --title "fix"'], 'open a pull request'),
      counts: 'pull_request.count',
    }),
  },
]

/** What a shape may name in its `tools`. */
export const toolNames: readonly string[] = calls.map(({ name }) => name)

const mixes = new WeakMap<Shape['tools'], readonly Choice[]>()

/** The next call of a tool. */
export function nextToolCall(scene: Scene): ToolCall {
  const { tools } = scene.shape
  const mix = mixes.get(tools) ?? calls.map((call) => ({ ...call, weight: call.weight * (tools[call.name] ?? 1) }))
  mixes.set(tools, mix)
  return scene.faker.helpers.weightedArrayElement(mix)(scene)
}
