// The templates in their real shells, inside real git repositories, with a fake client.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { templateDirectory } from '../env.ts'
import { findShell, runInShell, type ShellOptions } from '../run-in-shell.ts'
import { runTemplate } from '../run-template.ts'
import { exportLine, quoteFor, type Shell, shells, sourceLine, templateNames } from '../shell.ts'

let root = ''
let outside = ''
let repository = ''
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository, encoding: 'utf8' })

beforeAll(() => {
  // A name with a space and a quote, as people's directories have.
  root = realpathSync(mkdtempSync(join(tmpdir(), "it's a test ")))
  outside = join(root, 'outside')
  repository = join(root, 'repository')
  mkdirSync(outside)
  mkdirSync(repository)
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'first')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** `a=b,c=d` as a map, values decoded; a key that stands twice fails. */
function decode(attributes: string | undefined): Record<string, string> {
  const pairs = (attributes ?? '').split(',').filter((part) => part !== '')
  const decoded = pairs.map((part): [string, string] => {
    const [key = '', value = '', ...more] = part.split('=')
    expect(more).toEqual([])
    return [key, decodeURIComponent(value)]
  })
  expect(new Set(decoded.map(([key]) => key)).size).toBe(decoded.length)
  return Object.fromEntries(decoded)
}

const strict: Readonly<Record<Shell, string>> = {
  bash: 'set -euo pipefail\n',
  zsh: 'set -eu\n',
  fish: '',
  powershell: "Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'\n",
}
const variables: Readonly<Record<Shell, string>> = {
  // Functions are listed by `set` too in bash: names of variables only.
  bash: 'compgen -v | sort',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is zsh's, which expands it.
  zsh: 'print -rl -- ${(ko)parameters}',
  fish: 'set --names',
  powershell: 'Get-Variable | ForEach-Object Name; Get-ChildItem env: | ForEach-Object { "env:$($_.Name)" }',
}

for (const shell of shells) {
  const installed = (await findShell(shell)) !== undefined
  // A shell that this machine does not have cannot be judged here; the other shells are.
  const reason = installed ? '' : ` (skipped: ${shell === 'powershell' ? 'pwsh' : shell} is not installed)`
  if (!installed) console.warn(`template ${templateNames[shell]}${reason}`)

  describe.skipIf(!installed)(`the ${shell} template${reason}`, () => {
    const source = sourceLine(shell, join(templateDirectory, templateNames[shell]))
    const run = (script: string, options: Partial<ShellOptions> = {}) =>
      runInShell(shell, `${strict[shell]}${source}\n${script}`, {
        directory: outside,
        ...options,
        env: { GIT_CEILING_DIRECTORIES: root, GIT_CONFIG_NOSYSTEM: '1', ...options.env },
      })
    const attributes = async (env: Record<string, string>, options: Partial<ShellOptions> = {}) => {
      const { starts, stderr } = await run('claude', { ...options, env })
      expect(stderr).toBe('')
      return starts[0]?.environment.OTEL_RESOURCE_ATTRIBUTES
    }

    test('sets what the client needs where nothing is set, and no attributes where nothing is known', async () => {
      const { starts } = await run('claude')
      expect(starts).toHaveLength(1)
      expect(starts[0]?.environment).toMatchObject({
        CLAUDE_CODE_ENABLE_TELEMETRY: '1',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317',
      })
      for (const name of ['OTEL_RESOURCE_ATTRIBUTES', 'NO_PROXY', 'no_proxy']) {
        expect(starts[0]?.environment).not.toHaveProperty(name)
      }
    })

    test('keeps what the person has set', async () => {
      const own = {
        CLAUDE_CODE_ENABLE_TELEMETRY: '0',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'console',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      }
      expect((await run('claude', { env: own })).starts[0]?.environment).toMatchObject(own)
    })

    test('offers the HTTP port to a person who has chosen HTTP', async () => {
      const { starts } = await run('claude', { env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' } })
      expect(starts[0]?.environment.OTEL_EXPORTER_OTLP_ENDPOINT).toBe('http://127.0.0.1:4318')
    })

    test('passes session, user, chapter, feature and organization, and the branch', async () => {
      const env = {
        OTEL_SESSION_ID: 's-1',
        OTEL_USER_ID: 'ada',
        OTEL_CHAPTER: '3',
        OTEL_FEATURE: '017',
        OTEL_ORGANIZATION: 'acme',
      }
      expect(await attributes(env, { directory: repository })).toBe(
        'session.id=s-1,user.id=ada,chapter.number=3,feature.id=017,organization.id=acme,git.branch=main',
      )
    })

    test('reads the branch at every start', async () => {
      const script = `claude\ngit switch -q -c feature/äöü-${shell}\nclaude\ngit switch -q main`
      const { starts } = await run(script, { directory: repository })
      const branches = starts.map((start) => decode(start.environment.OTEL_RESOURCE_ATTRIBUTES)['git.branch'])
      expect(branches).toEqual(['main', `feature/äöü-${shell}`])
    })

    test('passes the short commit where no branch is checked out', async () => {
      const { starts } = await run('git checkout -q --detach\nclaude\ngit switch -q main', { directory: repository })
      expect(decode(starts[0]?.environment.OTEL_RESOURCE_ATTRIBUTES)).toEqual({
        'git.branch': git('rev-parse', '--short', 'main').trim(),
      })
    })

    test('works without git', async () => {
      const env = { OTEL_USER_ID: 'ada' }
      expect(await attributes(env, { directory: repository, path: join(root, 'nothing') })).toBe('user.id=ada')
    })

    // Told that its locale is C, fish takes the bytes of its environment for Latin-1 before any script can see them.
    test.each(shell === 'fish' ? ['C.UTF-8'] : ['C', 'C.UTF-8'])(
      'encodes what a header may not hold, in the locale %s',
      async (locale) => {
        const hostile = ' a,b=c%d "e" \'f\' \\g\th\ni €😀-._~/ $(x) `y` *'
        const encoded = await attributes({ OTEL_USER_ID: hostile, OTEL_FEATURE: '%41', LC_ALL: locale })
        expect(encoded).toMatch(/^[a-z.]+=[A-Za-z0-9._~/%-]+,[a-z.]+=[A-Za-z0-9._~/%-]+$/)
        expect(decode(encoded)).toEqual({ 'user.id': hostile, 'feature.id': '%41' })
      },
    )

    test("merges after the person's own attributes and overwrites none", async () => {
      const env = { OTEL_USER_ID: 'ada', OTEL_CHAPTER: '3', OTEL_SESSION_ID: 's' }
      const merged = (own: string) => attributes({ ...env, OTEL_RESOURCE_ATTRIBUTES: own })
      expect(await merged('team=x%20y,user.id=bob')).toBe('team=x%20y,user.id=bob,session.id=s,chapter.number=3')
      expect(await merged('my.user.id=bob,')).toBe('my.user.id=bob,session.id=s,user.id=ada,chapter.number=3')
      expect(await merged('a=1, user.id = "bob"')).toBe('a=1, user.id = "bob",session.id=s,chapter.number=3')
    })

    test.each([0, 3])('forwards arguments and the exit code %i unchanged', async (exitCode) => {
      const args = ['-p', 'two words', '', '--x=a"b', "it's", '*', '$HOME', '--', '-e']
      const words = args.map((arg) => quoteFor(shell, arg)).join(' ')
      for (const env of [{}, { OTEL_USER_ID: 'ada' }]) {
        const result = await run(`claude ${words}`, { exitCode, env })
        expect(result.starts.map((start) => start.args)).toEqual([args])
        expect(result.exitCode).toBe(exitCode)
      }
    })

    test('starts any other program with the same attributes, and prints them', async () => {
      const env = { OTEL_USER_ID: 'a b' }
      const { stdout } = await run('telemetry_env\ntelemetry_env printenv OTEL_RESOURCE_ATTRIBUTES', { env })
      expect(stdout).toBe('user.id=a%20b\nuser.id=a%20b\n')
    })

    test('leaves nothing behind but what it sets on purpose', async () => {
      const env = { OTEL_USER_ID: 'é', HTTP_PROXY: 'http://proxy:3128', LC_ALL: 'C.UTF-8' }
      const options = { directory: repository, env: { GIT_CEILING_DIRECTORIES: root, ...env } }
      const mark = 'echo ---'
      const script = `${variables[shell]}\n${mark}\n${source}\nclaude\n${mark}\n${variables[shell]}`
      const { stdout } = await runInShell(shell, script, options)
      const [before = '', , after = ''] = stdout.split('---\n')
      const known = new Set(before.split('\n'))
      const added = after.split('\n').filter((name) => !known.has(name) && !/^(?:BASH_|PIPESTATUS|_$|\?$)/.test(name))
      expect(added.map((name) => name.replace(/^env:/, '')).sort()).toEqual([
        'CLAUDE_CODE_ENABLE_TELEMETRY',
        'NO_PROXY',
        'OTEL_EXPORTER_OTLP_ENDPOINT',
        'OTEL_EXPORTER_OTLP_PROTOCOL',
        'OTEL_LOGS_EXPORTER',
        'OTEL_METRICS_EXPORTER',
        'no_proxy',
      ])
    })

    test('exempts this machine from a proxy, once, and hides no other exemption', async () => {
      const proxies = async (env: Record<string, string>) => {
        const { starts } = await run(`${source}\nclaude`, { env })
        const { NO_PROXY, no_proxy, no_grpc_proxy } = starts[0]?.environment ?? {}
        return [NO_PROXY, no_proxy, no_grpc_proxy]
      }
      const both = (value: string, grpc?: string) => [value, value, grpc]
      expect(await proxies({ https_proxy: 'http://p:1' })).toEqual(both('127.0.0.1,localhost'))
      expect(await proxies({ ALL_PROXY: 'http://p:1', NO_PROXY: 'a.b' })).toEqual(both('a.b,127.0.0.1,localhost'))
      expect(await proxies({ HTTP_PROXY: 'http://p:1', no_proxy: 'localhost' })).toEqual(both('localhost,127.0.0.1'))
      expect(await proxies({ grpc_proxy: 'http://p:1', NO_PROXY: ', a.b,  127.0.0.1 ,' })).toEqual(
        both('a.b,127.0.0.1,localhost'),
      )
      const own = '127.0.0.1,localhost'
      expect(await proxies({ HTTP_PROXY: 'http://p:1', NO_PROXY: '*' })).toEqual(both('*', own))
      expect(await proxies({ HTTP_PROXY: 'http://p:1', no_grpc_proxy: 'a.b' })).toEqual(both(own, `a.b,${own}`))
      expect(await proxies({ NO_PROXY: 'a.b' })).toEqual(['a.b', undefined, undefined])
    })

    test('percent-encoding decodes back, for any text', async () => {
      const texts = fc.sample(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0')),
        { numRuns: 200, seed: 1 },
      )
      // All in one shell: a start of a shell for each would take minutes.
      const script = texts.flatMap((text) => [exportLine(shell, 'OTEL_USER_ID', text), 'telemetry_env']).join('\n')
      const { stdout } = await run(script)
      const decoded = stdout
        .trimEnd()
        .split('\n')
        .map((line) => decode(line)['user.id'])
      expect(decoded).toEqual(texts)
    })

    test('gives what runTemplate reports', async () => {
      const result = await runTemplate(shell, { directory: repository, env: { OTEL_CHAPTER: '4' } })
      if (!result.available) throw new Error(result.reason)
      expect(result.environment.OTEL_RESOURCE_ATTRIBUTES).toBe('chapter.number=4,git.branch=main')
    })
  })
}

test('every template knows the same variables and attributes', () => {
  const names = Object.values(templateNames).map((name) => {
    const text = readFileSync(join(templateDirectory, name), 'utf8')
    return [
      ...new Set(
        text.match(/\b(?:OTEL|CLAUDE)_[A-Z_]+\b|\b(?:session|user|feature|organization)\.id\b|\bgit\.branch\b/g),
      ),
    ].sort()
  })
  for (const found of names) expect(found).toEqual(names[0])
})
