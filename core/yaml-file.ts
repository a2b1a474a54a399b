// Reads a YAML file that people edit: what is wrong with it is told with file, line and column.
import { readFile } from 'node:fs/promises'
import { type Document, isMap, isScalar, LineCounter, parseDocument, type Scalar, visit } from 'yaml'
import type { z } from 'zod'
import { messageOf, UserError } from './errors.ts'

/**
 * The file's content, checked against a schema.
 * @param shown how the file is called in messages, relative to the project's root
 * @throws UserError `stack/compose.yaml:12:5: …`
 */
export async function readYamlFile<T>(file: string, shown: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`${shown} cannot be read: ${messageOf(error)}`)
  })
  return parseYaml(text, shown, schema)
}

/** The same for a text. */
export function parseYaml<T>(text: string, shown: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true })
  const broken = document.errors[0]
  if (broken) {
    const why = broken.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')
    throw new UserError(`${placeOf(shown, lines, broken.pos[0])}: ${why}`)
  }
  const parsed = schema.safeParse(contentOf(document, shown, lines))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part))
  const at =
    issue?.code === 'unrecognized_keys'
      ? keyStart(document, path, issue.keys[0])
      : issueStart(text, document, path, issue?.code === 'custom' ? issue.params?.at : undefined)
  throw new UserError(
    `${placeOf(shown, lines, at ?? 0)}: ${path.join('.') || 'document'}: ${issue?.message ?? 'invalid'}`,
  )
}

type Path = readonly (string | number)[]

function placeOf(shown: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${shown}:${Math.max(1, line)}:${Math.max(1, col)}`
}

/** Where a key stands that nobody knows. */
function keyStart(document: Document.Parsed, path: Path, key: string | undefined): number | undefined {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  const pair = isMap(map) ? map.items.find((each) => isScalar(each.key) && each.key.value === key) : undefined
  return rangeStart(pair?.key) ?? rangeStart(map)
}

/**
 * Where the value stands, or a character of it. The value itself may be what is missing: then its nearest ancestor tells the place.
 * @param character the number of one within the value
 */
function issueStart(text: string, document: Document.Parsed, path: Path, character: unknown): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    const start = rangeStart(node)
    if (start === undefined) continue
    const isWhole = length === path.length && isScalar(node) && typeof character === 'number'
    return isWhole ? (characterStart(text, node, start, character) ?? start) : start
  }
  return undefined
}

/** Undefined where the value is not written on one line as it is read, but for quotation marks that are doubled. */
function characterStart(text: string, { type, range }: Scalar, start: number, character: number): number | undefined {
  const written = text.slice(start, range?.[1])
  if (written.includes('\n')) return undefined
  if (type === 'PLAIN') return start + character
  if (type !== 'QUOTE_SINGLE') return undefined
  let at = 1
  for (let number = 0; number < character; number += 1) at += written.startsWith("''", at) ? 2 : 1
  return start + at
}

/** Aliases and merges are resolved only here. */
function contentOf(document: Document.Parsed, shown: string, lines: LineCounter): unknown {
  try {
    return document.toJS()
  } catch (error) {
    let at = 0
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) !== undefined) return undefined
        at = rangeStart(alias) ?? 0
        return visit.BREAK
      },
    })
    throw new UserError(`${placeOf(shown, lines, at)}: ${messageOf(error)}`)
  }
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}
