// Reads a YAML file that people edit: what is wrong with it is told with file and line.
import { readFile } from 'node:fs/promises'
import { type Document, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { messageOf, UserError } from './errors.ts'

/**
 * The file's content, checked against a schema.
 * @param shown how the file is called in messages, relative to the project's root
 * @throws UserError `stack/compose.yaml:12: …`
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
    const line = lines.linePos(broken.pos[0]).line
    throw new UserError(
      `${shown}:${line}: ${broken.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}`,
    )
  }
  const parsed = schema.safeParse(contentOf(document, shown, lines))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part))
  // Of a key that nobody knows the line is its own, not that of what it stands in.
  const place = issue?.code === 'unrecognized_keys' ? [...path, ...issue.keys.slice(0, 1)] : path
  // The node itself may be what is missing: then its nearest ancestor tells the line.
  let line = 1
  for (let length = place.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(place.slice(0, length), true)
    const start = rangeStart(node)
    if (start !== undefined) {
      line = lines.linePos(start).line
      break
    }
  }
  throw new UserError(`${shown}:${line}: ${path.join('.') || 'document'}: ${issue?.message ?? 'invalid'}`)
}

/** Aliases and merges are resolved only here. */
function contentOf(document: Document.Parsed, shown: string, lines: LineCounter): unknown {
  try {
    return document.toJS()
  } catch (error) {
    let line = 1
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) !== undefined) return undefined
        line = lines.linePos(rangeStart(alias) ?? 0).line
        return visit.BREAK
      },
    })
    throw new UserError(`${shown}:${line}: ${messageOf(error)}`)
  }
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}
