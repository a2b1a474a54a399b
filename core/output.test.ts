// Every case runs in a process of its own, because what is tested is how a process ends when its reader is slow or gone.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
/** More than any pipe holds. */
const BYTES = 2_000_000

/** Runs an action in the frame of a command, with its output through a shell's pipe. */
async function piped(action: string, reader: string) {
  const script = `import { runToEnd } from ${JSON.stringify(join(import.meta.dirname, 'run-to-end.ts'))}
    await runToEnd(async () => { ${action} })`
  const pipe = `"$NODE" --input-type=module -e "$SCRIPT" 2>&1 | ${reader}; echo "${'$'}{PIPESTATUS[0]}"`
  const { stdout } = await run('bash', ['-c', pipe], {
    env: { ...process.env, NODE: process.execPath, SCRIPT: script },
    maxBuffer: 4 * BYTES,
  })
  return stdout.trim().split('\n')
}

test.each(['stdout', 'stderr'])(
  'all that was written to %s reaches a slow reader before the process ends',
  async (name) => {
    const action = `process.${name}.write('x'.repeat(${BYTES})); return 3`
    expect(await piped(action, '(sleep 0.3; wc -c)')).toEqual([String(BYTES), '3'])
  },
)

test.each(['stdout', 'stderr'])(
  'a reader of %s that is gone ends the work at once, with a code of its own',
  async (name) => {
    const action = `setInterval(() => process.${name}.write('on and on\\n'), 1)
    await new Promise(() => {})`
    expect(await piped(action, 'head -1')).toEqual(['on and on', '141'])
  },
)
