// A policy's path filters, compiled once for every layer: whether a text touches a directory that the policy names.

import { directoryOf } from './path-pattern.ts'
import { cleaning, IDEOGRAPHS, MARKS } from './path-patterns.ts'
import { parsePattern, toRegExp } from './pattern.ts'
import type { Policy } from './policy.ts'
import { quoteRegex } from './quote-regex.ts'
import { javaScriptReplacement, type Step } from './steps.ts'

/** All of it in the syntax that RE2 and JavaScript read alike. */
export interface PathFilter {
  /** The directories' names in lower case. A text that mentions none touches none. */
  readonly names: readonly string[]
  /** What stands in a text that touches a directory, in lower case: a name beside what parts a path. */
  readonly near: readonly string[]
  /** Takes out of such a text what is no path. */
  readonly steps: readonly Step[]
  /** What touches a directory, in what is left of it. */
  readonly touches: string
}

/** Where a path that begins with a name may begin: also behind a line break that JSON spells `\n`, behind an option. */
const START = String.raw`(?:^|[\s"'${'`'}(\[{<>|;:,=&!*${MARKS}${IDEOGRAPHS}]|\\[nrt]|\s[+-]|^[+-]|\s-[A-Z])`
/** Where a path may begin that begins with a slash: not behind the bracket of a tag. */
const ROOT = String.raw`(?:^|[\s"'${'`'}(\[{>|;:,=!${MARKS}${IDEOGRAPHS}])`
/** What may follow a path. A name is longer where anything else follows, such as a sign that looks like a slash. */
const END = String.raw`(?:[.?!]{0,3}(?:$|[\s"'${'`'}<>|;:,=&)\]}${MARKS}])|\\)`
/** A character of a path, and of a part of one; a part in brackets is one, too. */
const CHAR = String.raw`[^\s"'${'`'}<>|;:,=&*!?(){}\[\]${MARKS}]`
const PART = String.raw`[^/\\\s"'${'`'}<>|;:,=&*!?(){}\[\]${MARKS}]`
const BRACKETS = String.raw`[(\[][A-Za-z0-9_.-]{1,40}[)\]]`
/** Beyond ASCII. */
const LETTERS = '\u00C0-\u1FFF'
/** What follows a slash in a path: neither the end of a sentence nor that of a tag. */
const FOLLOWS = String.raw`(?:[A-Za-z0-9_*@{$~${LETTERS}${IDEOGRAPHS}]|\.[A-Za-z0-9_.]|$|[\s"'${'`'}|;:,&)\\])`
/** Behind a backslash: not the n of a line break in JSON, unless it begins the name of a file. */
const FOLLOWS_BACKSLASH = String.raw`(?:[a-mo-qsv-zA-Z0-9_@~$]|[nrt](?:[A-Za-z0-9_.-]{0,60}\\){0,4}[A-Za-z0-9_.-]*\.[A-Za-z0-9]{1,8}(?:$|[\s"'${'`'}<>|;:,=&)\]}\\])|u(?:[g-zG-Z_.-]|[0-9a-fA-F]{1,3}[g-zG-Z_.\\/-])|\.[A-Za-z0-9_.]|$|[\s\x22'])`
const COMMANDS = [
  ...[
    'cd',
    'pushd',
    'ls',
    'dir',
    'rmdir',
    'mkdir',
    'tree',
    'rm',
    'cp',
    'mv',
    'cat',
    'find',
    'chmod',
    'chown',
    'tar',
    'zip',
    'rsync',
    'touch',
    'stat',
    'du',
  ],
  'git[ \\t]+(?:add|rm|mv|grep|-C)',
].join('|')
/** Where a command begins. */
const COMMAND = String.raw`(?:^|[\n;&|(${'`'}"'$:>]|\\[nrt])[ \t]*(?:sudo[ \t]+)?`

const filters = new WeakMap<Policy, PathFilter | undefined>()

/** @returns undefined when the policy leaves nothing out */
export function pathFilter(policy: Policy): PathFilter | undefined {
  if (!filters.has(policy)) filters.set(policy, compile(policy))
  return filters.get(policy)
}

/** Whether a text touches a directory of the policy. */
export function touchesPath(policy: Policy): (text: string) => boolean {
  const filter = pathFilter(policy)
  if (!filter) return () => false
  const steps = filter.steps.map(({ pattern, replacement }) => ({
    pattern: toRegExp(parsePattern(pattern)),
    replacement: javaScriptReplacement(replacement),
  }))
  const touches = toRegExp(parsePattern(filter.touches), 'u')
  return (text) => {
    const lower = text.toLowerCase()
    if (!filter.near.some((each) => lower.includes(each))) return false
    return touches.test(steps.reduce((left, { pattern, replacement }) => left.replace(pattern, replacement), text))
  }
}

function compile(policy: Policy): PathFilter | undefined {
  const patterns = policy.filters.flatMap((filter) => (filter.type === 'path_filter' ? filter.patterns : []))
  if (patterns.length === 0) return undefined
  const written = patterns.map(directoryOf)
  const names = [...new Set(written.map((name) => (name.split('/')[0] ?? '').toLowerCase()))]
  const lasts = written.map((name) => (name.split('/').at(-1) ?? '').toLowerCase())
  const name = `(?:${written.map(inAnyCase).join('|')})`
  return {
    names,
    near: [...new Set([...names.flatMap(before), ...lasts.flatMap((last) => [`${last}/`, `${last}\\`, `${last}%`])])],
    steps: cleaning(name),
    touches: touching(name),
  }
}

const before = (name: string) => [`/${name}`, `\\${name}`, `2f${name}`, `5c${name}`, `cd ${name}`]

function touching(name: string): string {
  const inside = String.raw`[/\\]${name}(?:/|\\${FOLLOWS_BACKSLASH})|\\${name}\\`
  const first = String.raw`${START}${name}(?:/{1,8}${FOLLOWS}|\\${FOLLOWS_BACKSLASH})|[\s=]@${name}[/\\]${CHAR}*\.[A-Za-z0-9]{1,8}${END}`
  const root = String.raw`(?:~[A-Za-z0-9_-]{0,32}|\.{1,2})?[/\\]`
  const last = String.raw`${ROOT}${root}(?:[/\\]?${PART}(?:${CHAR}|${BRACKETS})*[/\\])?${name}${END}`
  // Behind a line break that JSON spells \n: it could be part of a path, so this one has no backslash.
  const broken = String.raw`\\[nrt](?:~[A-Za-z0-9_-]{0,32}|\.{1,2})?/(?:/?(?:${PART}+/)+)?${name}${END}`
  const told = String.raw`${COMMAND}(?:${COMMANDS})(?:[ \t]+[^\s;|&"'${'`'}]+){0,8}[ \t]+["']?${PART}${CHAR}*[/\\]${name}${END}`
  const changed = `${COMMAND}cd ["']?${name}${END}`
  const field = String.raw`"(?:path|file_path|notebook_path|directory|dir|cwd|folder)"[ \t]*:[ \t]*"${PART}${CHAR}*[/\\]${name}${END}`
  return [inside, first, last, broken, told, changed, field].join('|')
}

/** The pattern of a name in any letter case, with any number of slashes between its parts. */
function inAnyCase(name: string): string {
  return name
    .split('/')
    .map((part) => [...part].map(eitherCase).join(''))
    .join(String.raw`[/\\]{1,8}`)
}

/** Written out, as engines differ in which letters beyond ASCII they take for the same. */
function eitherCase(char: string): string {
  const both = [...new Set([char, char.toLowerCase(), char.toUpperCase()])].filter((each) => [...each].length === 1)
  return both.length === 1 ? quoteRegex(char) : `[${both.join('')}]`
}
