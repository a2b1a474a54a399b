// Reads stack/compose.yaml: the subset of the Compose specification (https://github.com/compose-spec/compose-spec) that it uses.
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../core/errors.ts'
import { readYamlFile } from '../../core/yaml-file.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const words = z.union([z.string().transform((text) => text.split(/\s+/)), z.array(scalar)])

const serviceSchema = z.looseObject({
  image: z.string(),
  command: words.default([]),
  entrypoint: words.optional(),
  environment: z.record(z.string(), scalar).default({}),
  ports: z.array(z.string().regex(/^(\S+:)?\S+:\d+$/, 'a port has the form address:host:container')).default([]),
  volumes: z.array(z.string().regex(/^[^:]+:[^:]+(:ro)?$/, 'a mount has the form source:target[:ro]')).default([]),
  profiles: z.array(z.string()).default([]),
  deploy: z
    .looseObject({
      resources: z.looseObject({
        limits: z.looseObject({ cpus: scalar.optional(), memory: scalar.optional() }).default({}),
      }),
    })
    .optional(),
})

const fileSchema = z.looseObject({
  name: z.string().optional(),
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()).default({}),
})

export interface PublishedPort {
  readonly hostAddress: string
  readonly hostPort: number
  readonly containerPort: number
  /** The variable that chooses the host's port; undefined when the file fixes it. */
  readonly variable: string | undefined
}

export interface Mount {
  /** An absolute path for files of the stack, the volume's name for named volumes. */
  readonly source: string
  readonly target: string
  readonly kind: 'bind' | 'volume'
  readonly readOnly: boolean
}

export interface ComposeService {
  readonly name: string
  readonly image: string
  /** The variable that overrides the image; undefined when the file fixes it. */
  readonly imageVariable: string | undefined
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly ports: readonly PublishedPort[]
  readonly mounts: readonly Mount[]
  readonly profiles: readonly string[]
  readonly cpuLimit: number | null
  readonly memoryLimitBytes: number | null
}

export interface ComposeFile {
  readonly services: ReadonlyMap<string, ComposeService>
}

/**
 * Reads and checks a compose file, with its variables filled in.
 * @throws UserError with file, line and column, or naming the variable that is missing
 */
export async function readComposeFile(
  file: string,
  shown: string,
  variables: Readonly<Record<string, string>>,
): Promise<ComposeFile> {
  const raw = await readYamlFile(file, shown, fileSchema)
  const services = new Map<string, ComposeService>()
  for (const [name, service] of Object.entries(raw.services)) {
    const fill = (text: string) => interpolate(text, variables, `${shown}: services.${name}`)
    const limits = service.deploy?.resources.limits
    services.set(name, {
      name,
      image: fill(service.image),
      imageVariable: variableIn(service.image),
      command: service.command.map(fill),
      environment: Object.fromEntries(Object.entries(service.environment).map(([key, value]) => [key, fill(value)])),
      ports: service.ports.map((text) => ({
        ...port(fill(text), `${shown}: services.${name}.ports`),
        variable: variableIn(text),
      })),
      mounts: service.volumes.map((text) => mount(fill(text), dirname(file))),
      profiles: service.profiles,
      cpuLimit: limits?.cpus === undefined ? null : cores(fill(limits.cpus), `${shown}: services.${name}.deploy`),
      memoryLimitBytes:
        limits?.memory === undefined ? null : bytes(fill(limits.memory), `${shown}: services.${name}.deploy`),
    })
  }
  return { services }
}

function variableIn(text: string): string | undefined {
  return /\$\{?([A-Za-z_]\w*)/.exec(text)?.[1]
}

/**
 * `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}` and `$$`, as Compose defines them.
 * @throws UserError for Compose's other forms (`${NAME:+…}`, variables inside a default), which this reader does not know
 */
export function interpolate(text: string, variables: Readonly<Record<string, string>>, where: string): string {
  return text.replace(
    /\$(?:\$|\{([A-Za-z_]\w*)(?:(:?[-?])([^}]*))?\}|([A-Za-z_]\w*))?/g,
    (whole, braced, operator, rest, bare) => {
      if (whole === '$$') return '$'
      if (whole === '$' || String(rest ?? '').includes('$'))
        throw new UserError(`${where}: this form of a variable is not understood: ${text}`)
      const name = String(braced ?? bare)
      const value = variables[name]
      const missing = value === undefined || (value === '' && String(operator ?? '').startsWith(':'))
      if (!missing) return value
      if (String(operator ?? '').endsWith('-')) return String(rest)
      if (String(operator ?? '').endsWith('?')) throw new UserError(`${where}: variable ${name} is missing: ${rest}`)
      return ''
    },
  )
}

function port(text: string, where: string): Omit<PublishedPort, 'variable'> {
  const parts = text.split(':')
  const containerPort = Number(parts.at(-1))
  const hostPort = Number(parts.at(-2))
  if (!Number.isInteger(hostPort) || hostPort < 0 || hostPort > 65535)
    throw new UserError(
      `${where}: ${text} has no valid port; where a variable gives it, it must be a number up to 65535`,
    )
  // Compose publishes on every interface when no address is given.
  return { hostAddress: parts.slice(0, -2).join(':') || '0.0.0.0', hostPort, containerPort }
}

function mount(text: string, base: string): Mount {
  const [source = '', target = '', mode] = text.split(':')
  const bind = source.startsWith('.') || source.startsWith('/')
  return {
    source: bind ? resolve(base, source) : source,
    target,
    kind: bind ? 'bind' : 'volume',
    readOnly: mode === 'ro',
  }
}

function cores(text: string, where: string): number {
  const amount = Number(text)
  if (text.trim() === '' || !Number.isFinite(amount) || amount < 0)
    throw new UserError(`${where}: ${text} is no number of CPUs`)
  return amount
}

function bytes(text: string, where: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?(?:([kmg])i?)?b?$/i.exec(text.trim()) ?? []
  if (amount === undefined) throw new UserError(`${where}: ${text} is no amount of memory`)
  const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1
  return Math.round(Number(amount) * factor)
}
