// The container engine: whether there is one that answers, and what it is; otherwise one clear line with the way out.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { MachineError } from '../../../core/errors.ts'

const run = promisify(execFile)
const ANSWER_TIMEOUT_MS = 10_000
const PULL_TIMEOUT_MS = 15 * 60_000
/** Longer than any stop_grace_period in stack/compose.yaml. */
const STOP_TIMEOUT_MS = 60_000
const LEAST_DOCKER = [20, 10] as const

export interface Engine {
  readonly kind: 'docker'
  readonly version: string
  readonly composeVersion: string
  /** Where its API listens, as DOCKER_HOST takes it. */
  readonly host: string
  /** What its machine has: with Docker Desktop that is a virtual machine of its own. */
  readonly cpus: number
  readonly memoryBytes: number
  readonly rootless: boolean
}

/** What one call of the engine's command line came to. */
export interface Answer {
  readonly stdout: string
  /** Empty when the call succeeded. */
  readonly failure: 'missing' | 'timeout' | 'error' | ''
  readonly message: string
}

export type Ask = (...words: string[]) => Promise<Answer>

const timeouts = new Map([
  ['pull', PULL_TIMEOUT_MS],
  ['container stop', STOP_TIMEOUT_MS],
])

/** Asks the `docker` on PATH; never throws. */
export const askDocker: Ask = async (...words) => {
  try {
    const timeout = timeouts.get(words.slice(0, 2).join(' ')) ?? timeouts.get(words[0] ?? '') ?? ANSWER_TIMEOUT_MS
    const { stdout } = await run('docker', words, { timeout, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 ** 2 })
    return { stdout: stdout.trim(), failure: '', message: '' }
  } catch (error) {
    const failed = failureSchema.parse(error)
    if (failed.code === 'ENOENT') return { stdout: '', failure: 'missing', message: '' }
    if (failed.killed === true) return { stdout: '', failure: 'timeout', message: '' }
    return { stdout: failed.stdout.trim(), failure: 'error', message: failed.stderr.trim() }
  }
}

const failureSchema = z.looseObject({
  code: z.union([z.string(), z.number(), z.null()]).optional(),
  killed: z.boolean().optional(),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
})

const infoSchema = z.looseObject({
  NCPU: z.number().default(0),
  MemTotal: z.number().default(0),
  SecurityOptions: z.array(z.string()).nullable().default([]),
})

/** @throws MachineError that says what is missing and what to do */
export async function findDocker(ask: Ask = askDocker): Promise<Engine> {
  const server = await ask('version', '--format', '{{.Server.Version}}')
  if (server.failure !== '') throw new MachineError(explain(server))
  const [major = 0, minor = 0] = server.stdout.split('.').map((part) => Number.parseInt(part, 10))
  if (major < LEAST_DOCKER[0] || (major === LEAST_DOCKER[0] && minor < LEAST_DOCKER[1]))
    throw new MachineError(
      `Docker ${server.stdout} is older than ${LEAST_DOCKER.join('.')}; upgrade it, or use --runtime embedded`,
    )
  const compose = await ask('compose', 'version', '--short')
  const composeVersion = compose.stdout.replace(/^v/, '')
  if (compose.failure !== '' || !(Number.parseInt(composeVersion, 10) >= 2))
    throw new MachineError(
      `Docker ${server.stdout} answers, but \`docker compose\` version 2 is missing (docker-compose version 1 does not do); install the plugin docker-compose-plugin (docker-compose-v2 on Ubuntu), or use --runtime embedded`,
    )
  const context = await ask('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}')
  const info = infoSchema.safeParse(json((await ask('info', '--format', '{{json .}}')).stdout)).data
  return {
    kind: 'docker',
    version: server.stdout,
    composeVersion,
    host: process.env.DOCKER_HOST ?? (context.stdout === '' ? 'unix:///var/run/docker.sock' : context.stdout),
    cpus: info?.NCPU ?? 0,
    memoryBytes: info?.MemTotal ?? 0,
    rootless: (info?.SecurityOptions ?? []).some((option) => option.includes('rootless')),
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why the engine cannot be used, and the way out. */
function explain({ failure, message }: Answer): string {
  const out = 'or use --runtime embedded'
  if (failure === 'missing')
    return `Docker is not installed (no docker on PATH): install it (https://docs.docker.com/engine/install), ${out}`
  if (failure === 'timeout')
    return `Docker does not answer within ${ANSWER_TIMEOUT_MS / 1000} s: restart it (Docker Desktop, or sudo systemctl restart docker), ${out}`
  const [line = ''] = message.split('\n')
  if (/permission denied/i.test(message))
    return `no permission on Docker's socket: add yourself to the group docker and log in again (sudo usermod -aG docker "$USER"), ${out}`
  if (/context .*(not found|does not exist)|unable to resolve docker endpoint/i.test(message))
    return `Docker's context is wrong (${line}): choose another with docker context use default, ${out}`
  if (/cannot connect|connection refused|no such file|is the docker daemon running/i.test(message))
    return `Docker is installed but its engine does not run (${line}): start Docker Desktop, or sudo systemctl start docker, ${out}`
  return `Docker cannot be used (${line}): see docker version, ${out}`
}
