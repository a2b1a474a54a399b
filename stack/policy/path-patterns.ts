// biome-ignore-all lint/suspicious/noTemplateCurlyInString: groups in replacements look like template strings
// What is no path of a file system although it looks like one, and how else a path may be spelled: removed and rewritten before it is looked for.
import type { Step } from './steps.ts'

/** What stands where something was taken out: nothing on one side of it belongs to what is on the other. */
const CUT = '"'
/** Between a text's parts, beyond ASCII: quotation marks, dashes, ideographic marks. Not among them: signs that look like a slash. */
export const MARKS =
  '\u00A0\u00A1\u00AB\u00B7\u00BB\u00BF\u2000-\u2027\u202A-\u203B\u2190-\u21FF\u2500-\u27BF\u3000-\u303F！-，．：-；？'
/** Written without blanks between words. */
export const IDEOGRAPHS = '\u3040-\u9FFF\uAC00-\uD7A3'
/** Where JSON spells a line break or a tabulator. */
const BREAK = String.raw`\\{1,8}[nrt]`
const BEFORE = String.raw`(^|[\s"'${'`'}(\[{<>|;:,=&!*${MARKS}${IDEOGRAPHS}]|${BREAK})`
/** What a URL is made of, to the next blank, quotation mark or mark of another script. */
const URL = String.raw`[^\s"'${'`'}<>|\\^${MARKS}]`
/** Where a word begins. */
const EDGE = String.raw`(?:\b|\\[nrt])`
const BLANK = '[ \\t]+'

/** Top-level domains by which a first part is a host and no directory: those that end no usual name of a file or of a bundle. */
const DOMAINS =
  'com|org|net|edu|gov|mil|int|info|biz|io|dev|ai|cloud|tech|xyz|online|site|internal|local|localhost|lan|intranet|corp|test|example|invalid|k8s|run|page|systems|software|co|de|fr|uk|eu|us|ca|au|nz|ch|at|nl|be|it|es|pt|se|no|dk|fi|jp|cn|kr|in|br|ie|tv|gg'

/** Substitutions of sed and vi, also where JSON escapes their slashes; an address before it. */
const SED_END = String.raw`[a-zA-Z0-9]{0,4}($|[\s"'${'`'};)}\]|&,\\])`
const SED = String.raw`(^|[\s"'${'`'};{(,=%$:!|&0-9]|${BREAK})[sy](?:/(?:[^/\\\n]|\\+[^\\\n])*/(?:[^/\\\n]|\\+[^\\\n])*/|\\+/[^/\\\n]*\\+/[^/\\\n]*\\+/)${SED_END}`

/** Items of a command that are no file: words without a slash, and options but those that name a file. */
const QUOTED = String.raw`'[^'\n/]*'|"[^"\n/]*"`
const OPTION = String.raw`(?:-[A-Za-eg-jl-z]|--(?:[a-eg-jl-z]|fo|fie))(?:[^\s/"']|${QUOTED})*`
const ITEMS = String.raw`(?:${BLANK}(?:${OPTION}|[A-Za-z0-9](?:[^\s/"']|${QUOTED})*)){0,8}`
const KUBERNETES =
  'get|describe|delete|edit|label|annotate|patch|wait|logs|expose|neat|view-secret|explain|can-i|events'
const RESOURCE = `["']?[A-Za-z][A-Za-z0-9.]*/[A-Za-z0-9*][A-Za-z0-9.*-]*["']?`
const VAULT =
  'get|put|read|write|list|ls|delete|destroy|undelete|patch|rollback|enable|disable|move|tune|show|insert|edit|enable-versioning'
const VAULT_OPTIONS = String.raw`(?:${BLANK}-{1,2}[A-Za-z][A-Za-z-]*(?:=[^\s"'@]*|${BLANK}[A-Za-z0-9][^\s"'@/]*)?){0,8}`

const cut = (pattern: string, before = ''): Step => ({ pattern, replacement: `${before}${CUT}` })
const write = (pattern: string, replacement: string): Step => ({ pattern, replacement })
const percent = (codes: string) => `%(?:25){0,3}(?:${codes})`

/** @param name a pattern of the directories' names */
export function cleaning(name: string): Step[] {
  return [...code(), ...hosts(), ...commands(name), ...spellings()]
}

/** Regular expressions and substitutions; then slashes and quotation marks are no longer escaped. */
function code(): Step[] {
  return [
    // Twice: of two that share the mark between them the first takes it away.
    write(SED, `\${1}${CUT}\${2}`),
    write(SED, `\${1}${CUT}\${2}`),
    // A regular expression in code.
    cut(
      String.raw`((?:${EDGE}(?:sed|g?awk|perl|ruby)(?:${BLANK}-[A-Za-z]{1,4}){0,4}${BLANK}["'])[0-9$,]{0,9})/[^/"'\n]*/`,
      '${1}',
    ),
    cut(String.raw`(\.(?:replace|replaceAll|match|matchAll|test|split|search)\()/[^/\n]+/[dgimsuvy]{0,6}`, '${1}'),
    write(String.raw`/[^/\s]+/[dgimsuvy]{0,6}(\.(?:test|exec)\()`, `${CUT}\${1}`),
    // Escaped slashes and quotation marks, to any depth.
    write(String.raw`\\{1,16}u002[Ff]`, '/'),
    write(String.raw`\\{1,16}([/"'${'`'}])`, '${1}'),
  ]
}

/** URLs but those of files, and what else begins with a host. */
function hosts(): Step[] {
  return [
    // A URL whose slashes are percent-encoded ends at an encoded blank or quotation mark; any other at a plain one.
    write(
      String.raw`(^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2}|\\[nrt])(?i:file)(?::|${percent('3[Aa]')})(?:/|${percent('2[Ff]')}){1,5}`,
      `\${1}${CUT}/`,
    ),
    write(String.raw`((?:^|[^A-Za-z0-9]|\\[nrt])[A-Za-z]:)/{2,}`, '${1}/'),
    write('://file/', `${CUT}/`),
    cut(
      String.raw`[A-Za-z0-9]${percent('3[Aa]')}(?:${percent('2[Ff]')}){2}[A-Za-z0-9_$\[](?:[A-Za-z0-9_.~*()!&=+,;:@$/?#\[\]-]|%(?:[3-9A-Fa-f][0-9A-Fa-f]|1[0-9A-Fa-f]|2[3-689A-Fa-f]))*`,
    ),
    write(percent('2[Ff]'), '/'),
    cut(String.raw`[A-Za-z0-9][A-Za-z0-9+.-]://[^/\s"'${'`'}<>|\\^]${URL}*`),
    cut(String.raw`(?:git@[A-Za-z0-9.-]+|\[REDACTED_EMAIL\]):[A-Za-z0-9_~]${URL}*`),
    cut(
      String.raw`(?:\$|\$?\{{1,2}|\$\()[A-Za-z_.]*(?i:addr|address|url|uri|host|hostname|endpoint|origin|domain)[0-9]?[)}]{0,2}/${URL}*`,
    ),
    cut(String.raw`${EDGE}(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|LIST)${BLANK}/[^\s"]*${BLANK}HTTP/[0-9]`),
    cut(`${EDGE}(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|LIST)${BLANK}/(?:api|rest|v[0-9]{1,2}|oauth2?)/${URL}*`),
    // A host and what it serves: an image, a package, a label.
    cut(
      String.raw`${BEFORE}(?://)?(?:(?:[A-Za-z0-9-]+\.)+(?i:${DOMAINS})|localhost|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::[0-9]{1,5})?/${URL}*`,
      '${1}',
    ),
    cut(`${BEFORE}[A-Za-z][A-Za-z0-9-]*:[0-9]{2,5}/${URL}*`, '${1}'),
  ]
}

/** What commands of stores and clusters take, and what they say that they did. */
function commands(name: string): Step[] {
  return [
    cut(
      String.raw`${EDGE}(?:vault|bao|openbao|consul|gopass|chamber)(?:\.exe)?${VAULT_OPTIONS}(?:${BLANK}(?:kv|metadata|secrets)){0,3}${BLANK}(?:${VAULT})${VAULT_OPTIONS}(?:${BLANK}["']?[A-Za-z0-9_{$][^\s"'${'`'}@=()|;&<>\\]*["']?)?`,
    ),
    cut(String.raw`${EDGE}path${BLANK}"[^"\n]*"[ \t]*\{`),
    cut(
      String.raw`${EDGE}(?:kubectl|oc|kubecolor)(?:\.exe)?${ITEMS}${BLANK}(?:${KUBERNETES})${ITEMS}(?:${BLANK}(?:${OPTION}|${RESOURCE})){1,12}`,
    ),
    cut(
      String.raw`${BEFORE}${name}(?:/[a-z0-9][a-z0-9-]*){1,2}${BLANK}(?:created|configured|unchanged|deleted|patched|labeled|annotated|edited|replaced|pruned|serverside-applied|condition met)\b`,
      '${1}',
    ),
    // "a secret/password", in prose.
    cut(
      String.raw`${EDGE}(?:a|an|the|this|that|your|our|my|its|each|any|no|and|or|of|as|with|shared|client)${BLANK}${name}/(?:password|passphrase|token|key|api-key|credential|certificate|value|private|public|hidden|confidential|internal|open|open-source|closed|closed-source|commercial|custom|free|configmap)s?(?:$|[\s,;:!?)"'])`,
    ),
    cut(
      String.raw`${EDGE}aws${BLANK}(?:ssm|secretsmanager)${ITEMS}${BLANK}--(?:secret-id|names?|path|prefix)[ \t=]+["']?[A-Za-z0-9_/.-]+`,
    ),
  ]
}

/** Other ways to write what stands in a path and around it. */
function spellings(): Step[] {
  return [
    write(String.raw`${percent('5[Cc]')}|\\{1,16}u005[Cc]`, '\\'),
    write(String.raw`${percent('20|0[9AaDd]')}|\\{1,16}u00(?:20|0[9AaDd])`, ' '),
    write(String.raw`\\{1,16}u003[Cc]`, '<'),
    write(String.raw`\\{1,16}u003[Ee]`, '>'),
    write(String.raw`${percent('22|27|60|3[A-Da-d]|2[689Cc]|[57][BbDd]')}|\\{1,16}u00(?:22|26|27)`, CUT),
    write(percent('7[Ee]'), '~'),
    write(percent('24'), '$'),
    write(String.raw`\\{2,}`, '\\'),
    // A variable is where a path begins.
    write(
      String.raw`\$\{[A-Za-z_][^{}\s"'/\\]*\}|\$\([a-z][^()\n"'/\\]*\)|\$env:[A-Za-z_]+|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_]{2,40}%|\{\{[^{}\n/\\]*\}\}`,
      '~',
    ),
    // Several slashes are one; two behind a line break begin a remark.
    write(String.raw`(\\[nrt]/|[A-Za-z0-9_.~-])/+`, '${1}/'),
  ]
}
