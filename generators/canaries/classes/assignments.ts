// Values assigned to telling names in configuration files and in code of many languages.
import type { CanaryClass } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'
import { named } from './define.ts'
import { camelNames, dottedNames, snakeNames, upperNames } from './names.ts'
import { markedPassword, piecesWith, plainPassword } from './passwords.ts'

/** @param frame `NAME` and `VALUE` stand for themselves in it */
function assigned(
  id: string,
  names: readonly string[],
  frame: string,
  make: (draw: Draw) => string = plainPassword,
): CanaryClass {
  return named(id, frame.includes('\n') ? 'block' : 'line', (draw) => {
    const name = draw.pick(names)
    const secret = make(draw)
    return { text: frame.replaceAll('NAME', name).replace('VALUE', () => secret), secret, keep: [name] }
  })
}

/** The same for a value that holds what looks like its end. @param marks as they stand in the text */
function tricky(id: string, names: readonly string[], frame: string, marks: readonly string[]): CanaryClass {
  return named(id, 'line', (draw) => {
    const name = draw.pick(names)
    const { text, pieces } = piecesWith(draw, marks)
    return {
      text: frame.replaceAll('NAME', name).replace('VALUE', () => text),
      secret: text,
      also: pieces,
      keep: [name],
    }
  })
}

/** Apart from the name, as no variable of this project is read there. */
const ENVIRONMENT = 'process.env'

export const assignmentClasses: readonly CanaryClass[] = [
  assigned('assign/env', upperNames, 'NAME=VALUE'),
  assigned('assign/env-marks', upperNames, 'NAME=VALUE', markedPassword),
  assigned('assign/env-export', upperNames, 'export NAME="VALUE"', markedPassword),
  tricky('assign/env-quoted-blanks', upperNames, 'NAME="VALUE"', [' ', ', ']),
  tricky('assign/env-single-quoted', upperNames, "NAME='VALUE'", [' ', '"', '&']),
  assigned('assign/yaml', snakeNames, 'NAME: VALUE'),
  assigned('assign/yaml-quoted', snakeNames, "NAME: 'VALUE'", markedPassword),
  tricky('assign/yaml-blanks', snakeNames, 'NAME: "VALUE"', [' ', '; ']),
  assigned('assign/yaml-list', upperNames, '- name: NAME\n  value: VALUE'),
  assigned('assign/json', snakeNames, '{"NAME":"VALUE","max_tokens":100}', markedPassword),
  assigned('assign/json-spaced', camelNames, '{ "NAME" : "VALUE" }', markedPassword),
  tricky('assign/json-escapes', snakeNames, '{"NAME": "VALUE", "port": 5432}', ['\\"', '\\\\', ' ']),
  tricky('assign/json-commas', camelNames, '{"NAME":"VALUE"}', [',', '}']),
  assigned('assign/json-name-value', snakeNames, '{"name":"NAME","value":"VALUE"}'),
  assigned('assign/json-list', snakeNames, '{"NAME":["VALUE"]}'),
  assigned('assign/json-number', snakeNames, '{"NAME": VALUE}', (draw) => draw.number(12)),
  assigned('assign/toml', snakeNames, 'NAME = "VALUE"', markedPassword),
  assigned('assign/toml-multiline', snakeNames, 'NAME = """VALUE"""', markedPassword),
  assigned('assign/ini', snakeNames, 'NAME = VALUE'),
  assigned('assign/properties', dottedNames, 'NAME=VALUE', markedPassword),
  assigned('assign/javascript', camelNames, "const NAME = 'VALUE'", markedPassword),
  assigned('assign/javascript-property', camelNames, 'connect({ host, NAME: "VALUE" })', markedPassword),
  assigned('assign/typescript', camelNames, "private readonly NAME: string = 'VALUE'", markedPassword),
  assigned('assign/javascript-fallback', upperNames, `${ENVIRONMENT}.NAME ?? 'VALUE'`),
  assigned('assign/javascript-template', camelNames, 'const NAME = `VALUE`', markedPassword),
  assigned('assign/python', snakeNames, "NAME = 'VALUE'", markedPassword),
  assigned('assign/python-argument', snakeNames, 'connect(host, NAME="VALUE")', markedPassword),
  assigned('assign/python-dict', snakeNames, "{'NAME': 'VALUE', 'port': 1}", markedPassword),
  assigned('assign/python-environ', upperNames, 'os.environ["NAME"] = "VALUE"', markedPassword),
  assigned('assign/python-default', upperNames, "os.getenv('NAME', 'VALUE')"),
  assigned('assign/go', camelNames, 'NAME := "VALUE"', markedPassword),
  assigned('assign/java', camelNames, 'private static final String NAME = "VALUE";', markedPassword),
  assigned('assign/java-setter', dottedNames, 'props.setProperty("NAME", "VALUE");', markedPassword),
  assigned('assign/ruby', snakeNames, ':NAME => "VALUE"', markedPassword),
  assigned('assign/php', upperNames, "define('NAME', 'VALUE');", markedPassword),
  assigned('assign/csharp', camelNames, 'var NAME = @"VALUE";'),
  assigned('assign/xml-element', snakeNames, '<NAME>VALUE</NAME>'),
  assigned('assign/xml-attribute', camelNames, '<add NAME="VALUE" />'),
  assigned('assign/xml-key-value', dottedNames, '<property name="NAME" value="VALUE"/>'),
  assigned('assign/powershell', upperNames, '$env:NAME = "VALUE"', markedPassword),
  assigned('assign/dockerfile', upperNames, 'ENV NAME VALUE'),
  assigned('assign/dockerfile-arg', upperNames, 'ARG NAME=VALUE'),
  assigned('assign/terraform', snakeNames, 'NAME    = "VALUE"', markedPassword),
  assigned('assign/sql-identified', ['app_user'], "CREATE USER NAME IDENTIFIED BY 'VALUE'", markedPassword),
  assigned('assign/sql-role', ['app_user'], "ALTER ROLE NAME WITH PASSWORD 'VALUE';", markedPassword),
  assigned('assign/form-body', snakeNames, 'grant_type=password&NAME=VALUE&scope=read'),
  assigned('assign/multipart', snakeNames, 'Content-Disposition: form-data; name="NAME"\n\nVALUE'),
  assigned('assign/netrc', ['api.example.com'], 'machine NAME login reader password VALUE'),
  assigned('assign/npmrc', ['//registry.example.com/'], 'NAME:_authToken=VALUE', (draw) => draw.uuid()),
  assigned('assign/pypirc', ['reader'], 'username = NAME\npassword = VALUE'),
  assigned('assign/prose-is', ['password', 'passphrase', 'api key', 'secret key', 'token'], 'the NAME is VALUE'),
  assigned('assign/prose-colon', ['Password', 'API key', 'Secret', 'Token', 'Passphrase'], 'NAME: VALUE'),
]
