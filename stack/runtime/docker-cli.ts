// The command line of a container engine, asked for one answer. Which program that is, and what it wants otherwise than Docker, is said here.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { z } from 'zod'
import { messageOf } from '../../core/errors.ts'

const run = promisify(execFile)
const ANSWER_TIMEOUT_MS = 10_000
const PULL_TIMEOUT_MS = 15 * 60_000
/** Longer than any stop_grace_period in stack/compose.yaml. */
const STOP_TIMEOUT_MS = 60_000

/** The engines that run stack/compose.yaml. */
export type EngineKind = 'docker' | 'podman'

const ROOTFUL = '/run/podman/podman.sock'

/** What one call of the engine's command line came to. */
export interface Answer {
  readonly stdout: string
  /** Empty when the call succeeded. */
  readonly failure: 'missing' | 'timeout' | 'error' | ''
  /** What it said when it failed; after how long it was ended when it did not answer. */
  readonly message: string
}

export type Ask = (...words: string[]) => Promise<Answer>

const timeouts = new Map([
  ['pull', PULL_TIMEOUT_MS],
  ['container stop', STOP_TIMEOUT_MS],
])

/** A program with its arguments. */
export interface CommandLine {
  readonly command: string
  readonly args: readonly string[]
}

/** What this engine's own program is called with, given Docker's words. */
export function engineCommand(kind: EngineKind, words: readonly string[], place: PodmanPlace = here()): CommandLine {
  if (kind === 'docker') return { command: 'docker', args: words }
  return { command: 'podman', args: ['--url', podmanHost(place), ...inPodmansWords(words)] }
}

/** Asks that engine; never throws. */
export function askerOf(kind: EngineKind): Ask {
  return async (...words) => {
    const { command, args } = engineCommand(kind, words)
    return answerOf(command, args, words)
  }
}

/** Asks the `docker` on PATH; never throws. */
export const askDocker: Ask = askerOf('docker')

/** Asks Podman's socket; never throws. */
export const askPodman: Ask = askerOf('podman')

/** Any program's answer; never throws. */
export const runProgram = (command: string, ...args: string[]): Promise<Answer> => answerOf(command, args, args)

async function answerOf(command: string, args: readonly string[], words: readonly string[]): Promise<Answer> {
  const timeout = timeouts.get(words.slice(0, 2).join(' ')) ?? timeouts.get(words[0] ?? '') ?? ANSWER_TIMEOUT_MS
  try {
    const { stdout } = await run(command, args, { timeout, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 ** 2 })
    return { stdout: stdout.trim(), failure: '', message: '' }
  } catch (error) {
    const failed = failureSchema.parse(error)
    if (failed.code === 'ENOENT') return { stdout: '', failure: 'missing', message: '' }
    if (failed.killed === true) return { stdout: '', failure: 'timeout', message: `not within ${timeout / 1000} s` }
    return { stdout: failed.stdout.trim(), failure: 'error', message: failed.stderr.trim() || messageOf(error) }
  }
}

/** Where it differs from Docker: its removal waits for an end, and a short name is asked of no registry. */
function inPodmansWords(words: readonly string[]): readonly string[] {
  if (words[0] === 'pull') return [...words.slice(0, -1), qualified(words.at(-1) ?? '')]
  if (words[0] === 'container' && words[1] === 'rm' && words.includes('--force'))
    return ['container', 'rm', '--time', '0', ...words.slice(2)]
  return words
}

/** As Docker understands a short name. */
function qualified(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  if (rest.length === 0) return `docker.io/library/${reference}`
  return /[.:]|^localhost$/.test(first) ? reference : `docker.io/${reference}`
}

/** What decides where Podman's socket is. */
export interface PodmanPlace {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of this user; 0 is root. */
  readonly uid: number
  readonly exists: (file: string) => boolean
}

const here = (): PodmanPlace => ({
  environment: process.env,
  uid: process.getuid?.() ?? 1000,
  exists: existsSync,
})

/**
 * Podman's socket as DOCKER_HOST takes it: CONTAINER_HOST, or DOCKER_HOST where that names Podman's, or what stands at the usual places
 * (one's own before root's). Where there is none, the place at which it would be.
 */
export function podmanHost({ environment, uid, exists }: PodmanPlace = here()): string {
  const { CONTAINER_HOST, DOCKER_HOST, XDG_RUNTIME_DIR } = environment
  if (CONTAINER_HOST) return CONTAINER_HOST
  if (DOCKER_HOST?.includes('podman')) return DOCKER_HOST
  const own = `${XDG_RUNTIME_DIR || `/run/user/${uid}`}/podman/podman.sock`
  const places = uid === 0 ? [ROOTFUL] : [own, ROOTFUL]
  return `unix://${places.find(exists) ?? places[0]}`
}

const failureSchema = z.looseObject({
  code: z.union([z.string(), z.number(), z.null()]).optional(),
  killed: z.boolean().optional(),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
})
