// Values in which no rule has to be looked for: words, numbers, versions, times, models, what the client writes for a text that it keeps to itself.
// Runs of letters and digits are short, so no token fits in, and no group of digits follows another as in a phone number. There is one way to
// read each line, so that Go reads it in one pass. plain.test.ts holds it to the rules: what matches here, none of them changes.

const BUILD = '-(?:[0-9]{1,4}(?:-[a-z]{1,12})?|[a-z]{1,12})'
// Spelled digit by digit: so many digits may stand before a dot or a hyphen that no group of a phone number ends there.
const PATCH = `\\.[0-9](?:[0-9](?:[0-9](?:-[a-z]{1,12})?|${BUILD})?|${BUILD})?`
const DECIMALS = `\\.[0-9](?:[0-9](?:[0-9](?:[0-9]{1,15}|${PATCH})?|${PATCH})?|${PATCH})?`
const TIME = '-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?Z'
const NUMBERED = '-[a-z][a-z0-9]{0,12}'
const NUMBER = `(?:0(?:[0-9]{1,3}${NUMBERED}|${DECIMALS})?|[1-9][0-9]{0,11}(?:${DECIMALS}|${TIME}|${NUMBERED})?)`
// Parts of a word are shorter than what follows the prefix of any token that has such parts, wherever in the word that prefix ends.
const JOINED = '(?:_[a-z]{1,9}){1,3}(?:\\.[a-z]{1,9}(?:_[a-z]{1,9})?)?'
const PARTS = `(?:${JOINED}|[.-][a-z0-9]{1,9})`
const BRANCH = `/(?:[0-9]{1,4}-)?[a-z][a-z0-9]{0,10}${PARTS}?`
/** Up to three, each of one or two digits, or the last of eight. */
const numbers = (more: string) => `-[0-9](?:[0-9](?:[0-9]{6}${more && `|${more}`})?${more && `|${more}`})?`
/** Behind a first word that begins with c, of letters that end no token's prefix: `-sonnet-4-5-20250929`, `-3-5-sonnet-20241022`. */
const MODEL = `(?:-[0-9]{1,2}){0,2}-[a-fh-wz]{1,9}(?:${numbers(numbers(numbers('')))})?`
const REST = `(?:[A-Z][a-z]{2,12})?(?:${BRANCH}|${PARTS})?`
const SENTENCE = '(?: (?:[A-Z](?:[A-Z]{1,4}|[a-z]{1,15})|[a-z]{1,15})){0,12}'
const WORDS = `(?:[abd-z][a-z0-9]{0,11}${REST}|c[a-fh-wz]{0,11}(?:${MODEL}|[gxy0-9][a-z0-9]{0,8}${REST}|[A-Z][a-z]{2,12}|${BRANCH}|${JOINED}|\\.[a-z0-9]{1,9})?)(?:\\[[0-9]{1,3}[a-z]\\])?${SENTENCE}`
const CAPITAL = `[A-Z][a-z]{1,8}(?:[A-Z][a-z]{2,9}(?:[A-Z][a-z]{2,9}(?:[A-Z][a-z]{2,4})?)?)?(?:_[A-Z][a-z]{1,12})?${SENTENCE}`
const VALUE = `(?:${NUMBER}|${WORDS}|${CAPITAL}|<REDACTED>|https://opentelemetry\\.io/schemas/[0-9.]{1,12})`
export const PLAIN_VALUE = `^${VALUE}$`
/** A value a line. */
export const PLAIN_TEXT = `^(?:${VALUE}?\n)*$`

/** What the client's metrics say of themselves, word by word: a sentence with commas and quotation marks is not plain by itself. */
const DESCRIPTIONS = [
  "Count of lines of code modified, with the 'type' attribute indicating whether lines were added or removed(?: and the 'model' attribute indicating which model made the change)?",
  'Count of code editing tool permission decisions \\(accept/reject\\) for Edit, Write, and NotebookEdit tools',
]
/** Texts beside attributes that the client always writes: the names of its metrics and events, their units and descriptions. */
export const CLIENT_TEXT = `^(?:claude_code\\.[a-z]{1,12}(?:_[a-z]{1,12}){0,3}(?:\\.(?:count|usage|total|decision))?|USD|${DESCRIPTIONS.join('|')})$`
/** Values that an attribute of this name often has and that are not plain by themselves: no terminal, a kernel's version under WSL. */
export const CLIENT_VALUES: readonly (readonly [name: string, pattern: string])[] = [
  ['terminal.type', '^non-interactive$'],
  ['os.version', '^[1-9]\\.[0-9]{1,2}\\.[0-9]{1,3}(?:\\.[0-9])?-microsoft-standard-WSL[0-9]?$'],
]
