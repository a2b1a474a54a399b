// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells' variables look like template strings
// Makes texts for tests of the path filters: paths in any spelling that touch a directory, and what only looks like one.
import fc from 'fast-check'

const NAMES = ['proprietary', 'secret']

/** Behind a backslash, `udcde` would be a character that JSON spells so. */
const word = fc
  .stringMatching(/^[a-z]{2,9}$/)
  .filter((each) => !NAMES.some((name) => each.includes(name)) && !/^u[0-9a-f]{4}/.test(each))
const file = fc
  .tuple(word, fc.constantFrom('md', 'ts', 'c', 'yaml', 'tar.gz'))
  .map(([name, ending]) => `${name}.${ending}`)
const name = fc
  .tuple(fc.constantFrom(...NAMES), fc.infiniteStream(fc.boolean()))
  .map(([each, capital]) => [...each].map((char) => (capital.next().value ? char.toUpperCase() : char)).join(''))

/** A path of slashes, and whether it tells where it begins: only such a one may end in the name. */
const beginning = fc.oneof(
  word.map((each) => ({ text: `/${each}/`, isRooted: true })),
  fc.tuple(word, word).map(([one, other]) => ({ text: `/${one}/${other}/`, isRooted: true })),
  fc
    .constantFrom(
      '/',
      './',
      '../',
      '../../',
      '~/',
      '$HOME/',
      '${WORK_DIR}/',
      'C:/',
      'd:/',
      '/var/www/example.com/',
      '/srv/./',
    )
    .map((text) => ({ text, isRooted: true })),
  word.map((each) => ({ text: `${each}/`, isRooted: false })),
  fc.constant({ text: '', isRooted: false }),
)
const ending = fc.oneof(
  file.map((each) => `/${each}`),
  fc.tuple(word, file).map(([one, other]) => `/${one}/${other}`),
  fc.constantFrom('/.env', '/../other.md'),
)
/** `//NAME` alone is a remark in code as well. */
const path = fc
  .tuple(beginning, name, ending, fc.boolean())
  .map(
    ([{ text, isRooted }, directory, rest, ends]) =>
      text + directory + (ends && isRooted && text !== '/' ? (rest === '/.env' ? '/' : '') : rest),
  )

/** How a slash is written. */
const separator = fc.constantFrom('/', '/', '\\', '//', '%2F', '%2f', '\\/', '\\\\')
const percentBackslash = (text: string) => text.replaceAll('/', '%5C')
const spelled = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(path, separator).map(([each, slash]) => each.replaceAll('/', () => slash)) },
  { weight: 1, arbitrary: path.map(percentBackslash) },
  { weight: 1, arbitrary: path.map(encodeURIComponent) },
  { weight: 1, arbitrary: name.map((each) => `${each}/`) },
)

type Embed = (text: string) => string
const json = (key: string, text: string) => JSON.stringify({ [key]: text })

const surroundings: readonly Embed[] = [
  (text) => text,
  (text) => `cat ${text}`,
  (text) => `cd ${text} && make`,
  (text) => `ls -la "${text}" | wc -l`,
  (text) => `FILE=${text} run`,
  (text) => `please look at ${text}, and say why`,
  (text) => `It is in ${text}`,
  (text) => `\`${text}\` (${text})`,
  (text) => `one\n${text}\ntwo`,
  (text) => json('file_path', text),
  (text) => json('command', `cat ${text} > out`),
  (text) => json('command', `cd a\ncat ${text}`),
  (text) => `curl https://docs.example.com/a -o ${text}`,
  (text) => `vault kv get kv/app; cat ${text}`,
]
const depth = fc.constantFrom(0, 0, 0, 1, 2, 3)
/** In JSON in JSON, so often. */
const nested = (text: string, times: number): string => (times === 0 ? text : nested(json('text', text), times - 1))

const fileUrl = fc
  .tuple(
    fc.constantFrom('file:///srv/', 'file://localhost/srv/', 'FILE:///C:/jobs/'),
    name,
    fc.constantFrom('/', '%2F'),
    file,
  )
  .map(([start, directory, slash, rest]) => `${start}${directory}${slash}${rest}`)
const share = fc.tuple(word, name, file).map(([host, directory, rest]) => `\\\\${host}\\share\\${directory}\\${rest}`)

/** Texts of events that are left out. */
export const touching = fc
  .tuple(fc.oneof({ weight: 8, arbitrary: spelled }, fileUrl, share), fc.constantFrom(...surroundings), depth)
  .map(([text, embed, times]) => nested(embed(text), times))

const host = fc.oneof(
  fc.constantFrom(
    'vault.example.com',
    'docs.example.com:8443',
    'github.com',
    'registry.k8s.io',
    'user:pw@db.example.org',
    '10.0.0.7:8200',
  ),
  word.map((each) => `${each}.example.net`),
)
const url = fc
  .tuple(
    fc.constantFrom('https', 'http', 'HTTPS', 's3', 'ssh', 'git+https', 'postgres', 'oci'),
    host,
    fc.constantFrom('', '/v1', '/api/a'),
    name,
    ending,
    fc.constantFrom('', '?q=/a/secret/b', '#/secret'),
  )
  .map(([scheme, each, start, directory, rest, more]) => `${scheme}://${each}${start}/${directory}${rest}${more}`)
const hosted = fc
  .tuple(
    fc.constantFrom(
      'kubernetes.io',
      'app.kubernetes.io',
      'ghcr.io/acme',
      'github.com/acme',
      'localhost:8080',
      'vault:8200/v1',
      'www.example.com',
    ),
    name,
    word,
  )
  .map(([each, directory, rest]) => `${each}/${directory}/${rest}`)
const command = fc
  .tuple(
    fc.constantFrom(
      'vault kv get ',
      'vault read ',
      'vault kv get -field=password ',
      'vault list ',
      'vault kv metadata get -mount kv ',
      'bao kv delete ',
      'kubectl get ',
      'kubectl -n prod describe ',
      'kubectl delete --ignore-not-found ',
      'oc edit -n a ',
    ),
    fc.constantFrom(...NAMES),
    word,
  )
  .map(([start, directory, rest]) => `${start}${directory}/${rest}`)
const substitution = fc
  .tuple(fc.constantFrom('s', 'y', ':%s', '1,$s', '/x/! s'), word, name, fc.constantFrom('', 'g', 'gi', '2'))
  .map(([start, one, other, flags]) => `${start}/${one}/${other}/${flags}`)
const longer = fc
  .tuple(
    fc.constantFrom('/srv/', './', 'src/', '', 'C:\\work\\', '~/'),
    fc.oneof(
      fc
        .tuple(name, fc.constantFrom('s', '-plan', '_santa', 'ary', '.ts', '2', '\u2215a', '\u2044a', '\uFF0Fa', '-'))
        .map(([each, more]) => each + more),
      fc.tuple(fc.constantFrom('my-', 'top', 'no_', '.', 'x', 'é'), name).map(([more, each]) => more + each),
    ),
    fc.constantFrom('/plan.md', '', '/a/b.ts', ' and more'),
  )
  .map(([start, each, rest]) => `${start}${each}${rest}`)
const prose = fc
  .tuple(
    fc.constantFrom(
      'a {} plan',
      'keep it {}',
      '<{}>x</{}>',
      '{"{}":"a"}',
      'client/{}',
      '{}, and so on',
      '<{}/>',
      'the {} is out.\nSo',
      '//{} matters',
    ),
    name,
  )
  .map(([text, each]) => text.replaceAll('{}', each))

const bare: readonly Embed[] = [
  (text) => text,
  (text) => `please look at "${text}", and say why`,
  (text) => `one\n${text}\ntwo`,
  (text) => json('command', text),
  (text) => json('command', text).replaceAll('/', '\\/'),
]
const quoted: readonly Embed[] = [
  ...bare,
  (text) => `curl -s "${text}" | jq`,
  (text) => `curl ${text} -o /tmp/out`,
  (text) => `[here](${text}) it is`,
  (text) => json('url', text),
]

/** Texts of events that stay. */
export const lookAlike = fc.oneof(
  fc
    .tuple(fc.oneof(url, hosted), fc.constantFrom(...quoted), depth)
    .map(([text, embed, times]) => nested(embed(text), times)),
  fc.tuple(url.map(encodeURIComponent), depth).map(([text, times]) => nested(`goto?to=${text}`, times)),
  fc
    .tuple(fc.oneof(command, substitution, longer, prose), fc.constantFrom(...bare), depth)
    .map(([text, embed, times]) => nested(embed(text), times)),
)
