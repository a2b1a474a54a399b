import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { splitStatements } from './sql-statements.ts'

fc.configureGlobal({ seed: 1 })

const sqlOf = (script: string) => splitStatements(script).map(({ sql }) => sql)

describe('splitting a script', () => {
  test('ends a statement at a semicolon, also the last one without', () => {
    expect(sqlOf('SELECT 1;\nSELECT 2')).toEqual(['SELECT 1', 'SELECT 2'])
    expect(sqlOf(';;\n ; SELECT 1;;')).toEqual(['SELECT 1'])
    expect(sqlOf('')).toEqual([])
    expect(sqlOf('-- nothing\n/* at all; */')).toEqual([])
  })

  test.each([
    "SELECT 'a;b'",
    "SELECT 'it''s; fine'",
    "SELECT 'it\\'s; fine'",
    "SELECT 'ends in a backslash \\\\', 'b;c'",
    "SELECT 'line\\\nbreak;'",
    "SELECT '-- no comment; /* none either'",
    'SELECT "a;b"',
    'SELECT `a;b`',
    `SELECT '"', ";'"`,
  ])('takes %s for one statement, unchanged', (statement) => {
    expect(sqlOf(`${statement};\n${statement};`)).toEqual([statement, statement])
  })

  test('leaves out comments, and a quote or semicolon in them ends nothing', () => {
    expect(sqlOf("SELECT 1 -- it's; not\n+ 2; SELECT 3")).toEqual(['SELECT 1 \n+ 2', 'SELECT 3'])
    expect(sqlOf("SELECT 1 /* it's;\nnot */ + 2; SELECT 3")).toEqual(['SELECT 1   + 2', 'SELECT 3'])
  })

  test('never joins the words around a comment', () => {
    expect(sqlOf('SELECT/**/1')).toEqual(['SELECT 1'])
    expect(sqlOf('SELECT--\n1')).toEqual(['SELECT\n1'])
  })

  test('tells the line on which a statement begins, not its comment', () => {
    expect(
      splitStatements("-- one\nSELECT 1;\n\n/* two\nlines */ SELECT 'a\nb';SELECT 3;\n\nSELECT 4").map(
        ({ line }) => line,
      ),
    ).toEqual([2, 5, 6, 8])
  })

  test('joined statements come back as they were', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_(),=+ \n]{1,8}$/),
      fc
        .string({ unit: fc.constantFrom('a', ';', '"', '`', '-', '/', '*', '\n', '\\\\', "\\'", "''") })
        .map((text) => `'${text}'`),
      fc.string({ unit: fc.constantFrom('a', ';', "'", '-', '/*', '\\"') }).map((text) => `"${text}"`),
      fc.string({ unit: fc.constantFrom('a', ';', "'", '--') }).map((text) => `\`${text}\``),
    )
    const statement = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `S ${pieces.join(' ')} E`)
    const separator = fc.constantFrom(';', ';\n', '; -- c; d\n', ";/* e;' */", '\n;;\n')
    fc.assert(
      fc.property(fc.array(statement), separator, (statements, between) => {
        const script = statements.join(between)
        const split = splitStatements(script)
        expect(split.map(({ sql }) => sql)).toEqual(statements)
        for (const { sql, line } of split) {
          const [firstLine = ''] = sql.split('\n')
          expect(script.split('\n')[line - 1]).toContain(firstLine)
        }
      }),
    )
  })
})

describe('migrating', () => {
  interface Request {
    readonly sql: string
    readonly user: string | undefined
  }

  /** Applies files against a server that refuses statements holding `BAD`; tells what it received besides questions for the version. */
  async function apply(
    files: Record<string, string>,
    stored?: number,
  ): Promise<{ received: Request[]; error: unknown }> {
    const received: Request[] = []
    const server = createServer(async (request, response) => {
      const sql = await textOf(request)
      if (sql.includes('schema_version')) {
        response.end(sql.startsWith('EXISTS') ? `${stored === undefined ? 0 : 1}\n` : `${stored}\n`)
        return
      }
      received.push({ sql, user: request.headers['x-clickhouse-user']?.toString() })
      response.statusCode = sql.includes('BAD') ? 400 : 200
      response.end(sql.includes('BAD') ? 'Code: 62. DB::Exception: Syntax error\nmore' : '')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-migrate-'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
    const error = await migrate(directory, { url, user: 'admin', password: 'p' }).catch((thrown: unknown) => thrown)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(directory, { recursive: true })
    return { received, error }
  }

  test('applies every file in the order of its name, one statement after the other, and no other files', async () => {
    const { received, error } = await apply({
      '010-c.sql': 'C',
      '002-b.sql': 'B1; B2;',
      '001-a.sql': 'A;',
      'notes.md': 'N',
    })
    expect(error).toBeUndefined()
    expect(received.map(({ sql }) => sql)).toEqual(['A', 'B1', 'B2', 'C'])
    expect(received.every(({ user }) => user === 'admin')).toBe(true)
  })

  test('applies them over data of the same or an older schema, and nothing over data of a newer one', async () => {
    const files = { '001-a.sql': 'A', '002-b.sql': 'B' }
    expect((await apply(files, 1)).received).toHaveLength(2)
    expect((await apply(files, 2)).received).toHaveLength(2)
    const { received, error } = await apply(files, 3)
    expect(received).toEqual([])
    expect(error).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^the data is of schema version 3, newer than these files \(2\): /),
    })
  })

  test("stops at a fault and tells file, line and the first line of ClickHouse's answer", async () => {
    const { received, error } = await apply({ '001-a.sql': 'A;\n\n-- why\nBAD;\nB;', '002-c.sql': 'C' })
    expect(received).toHaveLength(2)
    expect(error).toMatchObject({
      name: 'UserError',
      message: 'stack/clickhouse/schema/001-a.sql:4: Code: 62. DB::Exception: Syntax error',
    })
  })

  test('is one clear line where there are no files, or nobody answers', async () => {
    expect((await apply({})).error).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^no schema files/),
    })
    const target = { url: 'http://127.0.0.1:1', user: '', password: '' }
    const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-migrate-'))
    await writeFile(join(directory, '001-a.sql'), 'A')
    await expect(migrate(directory, target)).rejects.toThrow(/^ClickHouse on http:\/\/127\.0\.0\.1:1 stopped answering/)
    await rm(directory, { recursive: true })
  })
})
