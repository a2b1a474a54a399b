// The texts around a fragment: what stands before it and after it, and what of that must stay.

import { jsonEscaped } from './encodings.ts'
import type { Context, Form } from './model/canary.ts'

interface Surroundings {
  readonly text: string
  /** Parts of the surroundings that hold nothing private and must stay. */
  readonly keep: readonly string[]
}

const frames: Readonly<
  Record<Exclude<Context, 'bare'>, { readonly frames: readonly string[]; readonly forms: readonly Form[] }>
> = {
  prose: {
    forms: ['word', 'line', 'block'],
    frames: [
      'Please check the following before noon:\n{}\nand tell the team about it.',
      'I tried {} twice, and the build still fails on Tuesdays.',
      'The first try was with ({}), which the reviewer did not like.',
      'What does this mean: {}\nIt came up during the upgrade.',
    ],
  },
  markdown: {
    forms: ['word', 'line', 'block'],
    frames: [
      '## Deploying\n\n```\n{}\n```\n\nRun the tests after that.',
      '1. Open the console\n2. Paste this:\n\n{}\n\n3. Restart the worker',
      '| step | what |\n|---|---|\n| deploy | {} |\n\nThat was the whole table.',
    ],
  },
  shell: {
    forms: ['word', 'line', 'block'],
    frames: [
      "cd /srv/app && cat > note.txt <<'EOF'\n{}\nEOF\nmake restart",
      'set -euo pipefail\nprintf "starting\\n"\n{}\nmake restart',
    ],
  },
  json: {
    forms: ['word', 'line', 'block'],
    frames: ['{"step":"deploy","note":"{}","retries":3}', '[{"line":12,"text":"{}"}]'],
  },
  yaml: { forms: ['word', 'line', 'block'], frames: ['step: deploy\nnote: |\n  {}\nretries: 3'] },
  env: {
    forms: ['word'],
    frames: ['NODE_ENV=production\nSETTING={}\nLOG_LEVEL=info', 'NODE_ENV=production\nSETTING={}\n# the end'],
  },
  'stack trace': {
    forms: ['word', 'line'],
    frames: [
      'Error: request failed: {}\n    at connect (/srv/app/src/client.ts:42:11)\n    at main (/srv/app/src/index.ts:7:3)',
      'ValueError: unexpected {}\n  File "app/client.py", line 42, in connect',
    ],
  },
  path: { forms: ['word'], frames: ['/srv/builds/{}', 'ls -l /var/cache/app/{} /var/log/app'] },
}

/** The contexts in which something of this form can stand. */
export function contextsOf(form: Form): readonly Context[] {
  return (Object.keys(frames) as (keyof typeof frames)[]).filter((context) => frames[context].forms.includes(form))
}

/** The fragment in one of the context's texts. @param turn which of them */
export function surround(context: Context, fragment: string, turn: number): Surroundings {
  if (context === 'bare') return { text: fragment, keep: [] }
  const choices = frames[context].frames
  const frame = choices[turn % choices.length] ?? '{}'
  const [before = '', after = ''] = frame.split('{}')
  const keep = [firstWords(before), lastWords(after)].filter((words) => words !== '')
  if (context === 'json') return { text: before + jsonEscaped(fragment, 1) + after, keep }
  if (context === 'yaml') return { text: before + fragment.replaceAll('\n', '\n  ') + after, keep }
  return { text: before + fragment + after, keep }
}

/** Far from the fragment, so that it is clear that they are not part of it. */
function firstWords(text: string): string {
  return text.match(WORDS)?.[0] ?? ''
}

function lastWords(text: string): string {
  return text.match(WORDS)?.at(-1) ?? ''
}

/** Such that no escape changes them. */
const WORDS = /(?<![\w\\])[a-zA-Z][\w /]{2,}\w/g
