// The policy at the client's end: what leaves it, and what it keeps on disk, is what the policy leaves.
import { statSync } from 'node:fs'
import { monotonicMs } from '../../../core/clock.ts'
import { messageOf } from '../../../core/errors.ts'
import type { Signal } from '../../../core/otlp/codec.ts'
import { otlpRequest } from '../../../core/otlp/request.ts'
import type { ExportRequest } from '../export-request.ts'
import { Attributes } from './attributes.ts'
import { readDocument, standardPolicyFile } from './document.ts'
import { maskFragment } from './fragment.ts'
import { sanitizeJson } from './json.ts'
import { namesRule, readNames } from './names.ts'
import { type Sanitized, sanitizeProtobuf } from './protobuf.ts'

export interface SanitizerOptions {
  /** The compiled policy; that of this code when absent. */
  readonly policyFile?: string | undefined
  /** One name a line. */
  readonly namesFile?: string | undefined
  /** The team's; without it, what would be hashed is removed. */
  readonly salt?: string | undefined
  readonly log?: (line: string) => void
}

export interface PolicyStatus {
  /** Tells one policy from another; stack/client/policy.json names it. */
  readonly policy: string
  readonly rules: number
  readonly names: number
  /** Whether identities are hashed; else they are removed. */
  readonly hashes: boolean
  /** Requests of which something was changed, and events that were left out, since the start. */
  readonly changed: number
  readonly excluded: number
  /** Why a newer policy or a newer list of names is not in force; empty when none waits. */
  readonly failure: string
}

interface InForce {
  readonly attributes: Attributes
  readonly policy: string
  readonly rules: number
  readonly names: number
  /** Of the files as they were when they were read. */
  readonly stamp: string
}

interface Settings {
  readonly policyFile: string
  readonly namesFile: string | undefined
  readonly salt: string
  readonly log: (line: string) => void
}

/** Files are looked at again so often, when a request comes. */
const LOOK_MS = 1_000

export class Sanitizer {
  readonly #options: Settings
  #inForce: InForce
  #lookedMs = monotonicMs()
  #failure = ''
  #changed = 0
  #excluded = 0

  /** @throws MachineError when the policy or the names cannot be read: nothing may pass without them */
  constructor({ policyFile, namesFile, salt, log = console.error }: SanitizerOptions = {}) {
    this.#options = { policyFile: policyFile ?? standardPolicyFile, namesFile, salt: salt ?? '', log }
    this.#inForce = this.#read()
  }

  get status(): PolicyStatus {
    const { policy, rules, names } = this.#current()
    const hashes = this.#options.salt !== ''
    return { policy, rules, names, hashes, changed: this.#changed, excluded: this.#excluded, failure: this.#failure }
  }

  /** Tells by which policy and with which means files were masked; it holds nothing of the names nor of the salt. */
  get mark(): string {
    const { policy, stamp } = this.#current()
    const means = `${this.#options.salt === '' ? 'r' : 'h'}${this.#options.namesFile === undefined ? '' : stampMark(stamp)}`
    return `${policy}${means}`
  }

  /** The request as the policy leaves it; undefined when none of its events is left. @throws Error when it is none */
  request(message: ExportRequest): ExportRequest | undefined {
    const { body, excluded } = this.#sanitize(message.signal, message.encoding, message.body)
    if (body === message.body) return message
    this.#changed += 1
    this.#excluded += excluded
    const events = message.events - excluded
    return excluded > 0 && events === 0 ? undefined : { ...message, body, events }
  }

  /** A line of a file that an earlier process has left; undefined when nothing of it is left. What is no request is masked as a text. */
  line(bytes: Buffer): Buffer | undefined {
    const { attributes } = this.#current()
    try {
      const request = otlpRequest(JSON.parse(bytes.toString()), 'the line')
      const signal = 'resourceLogs' in request ? 'logs' : 'metrics'
      const { body, excluded } = sanitizeJson(attributes, signal, bytes)
      this.#excluded += excluded
      return excluded > 0 && isEmpty(body) ? undefined : body
    } catch {
      return maskFragment(attributes, bytes)
    }
  }

  /** Any other text, such as a backend's answer that may quote a request. */
  text(text: string): string {
    return this.#current().attributes.text(text)
  }

  #sanitize(signal: Signal, encoding: ExportRequest['encoding'], body: Buffer): Sanitized {
    const { attributes } = this.#current()
    return encoding === 'json' ? sanitizeJson(attributes, signal, body) : sanitizeProtobuf(attributes, signal, body)
  }

  #current(): InForce {
    const now = monotonicMs()
    if (now - this.#lookedMs < LOOK_MS) return this.#inForce
    this.#lookedMs = now
    try {
      if (this.#stamp() !== this.#inForce.stamp) this.#inForce = this.#read()
      this.#failure = ''
    } catch (error) {
      // What was in force stays in force.
      const why = messageOf(error)
      if (this.#failure !== why) this.#options.log(`telemetry: the policy stays as it was: ${why}`)
      this.#failure = why
    }
    return this.#inForce
  }

  #read(): InForce {
    const { policyFile, namesFile, salt } = this.#options
    const stamp = this.#stamp()
    const document = readDocument(policyFile)
    const names = namesFile === undefined ? undefined : namesRule(readNames(namesFile))
    const rules = document.rules.length + document.keys.length
    const attributes = new Attributes(document, { names, salt })
    return { attributes, policy: document.policy, rules, names: names?.count ?? 0, stamp }
  }

  #stamp(): string {
    const { policyFile, namesFile } = this.#options
    return [policyFile, ...(namesFile === undefined ? [] : [namesFile])].map(stampOf).join(' ')
  }
}

/** The sanitizer that the environment describes. @throws MachineError when its policy or its names cannot be read */
export function standardSanitizer(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  { log }: Pick<SanitizerOptions, 'log'> = {},
): Sanitizer {
  const { TELEMETRY_HASH_SALT: salt, TELEMETRY_NAMES_FILE: names } = environment
  return new Sanitizer({ ...(log ? { log } : {}), salt, namesFile: names === '' ? undefined : names })
}

function stampOf(file: string): string {
  const { mtimeMs = 0, size = 0, ino = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {}
  return `${mtimeMs}-${size}-${ino}`
}

/** Of the names' file; when it was changed, and how large it is, tell nothing of what it holds. */
function stampMark(stamp: string): string {
  const [, names = ''] = stamp.split(' ')
  return Math.trunc(Number(names.split('-')[0])).toString(36)
}

function isEmpty(body: Buffer): boolean {
  return body.length < 40 && /^\{"resource(?:Logs|Metrics)":\[\]\}$/.test(body.toString())
}
