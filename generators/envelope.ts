// What surrounds every record of a session: the resource, and the attributes that are repeated on each record and data point.

import type { AnyValue, KeyValue } from '../core/otlp/otlp.ts'
import type { StoredText } from './batch.ts'
import { asOldVersion, type Field, type Fields, identity, string } from './fields.ts'
import type { Person, WorkContext } from './people.ts'
import type { VersionProfile } from './profiles.ts'

/** Fields written out: as they are sent, as they must be stored, and what is private in them. */
export interface Written {
  readonly sent: readonly KeyValue[]
  readonly stored: Readonly<Record<string, StoredText>>
  readonly planted: readonly string[]
  readonly excludes: boolean
}

export interface Envelope {
  readonly resource: Written
  /** On every record and data point. */
  readonly common: Written
}

const systems = [
  ['amd64', 'linux', '6.8.0-generic', undefined],
  ['arm64', 'darwin', '25.1.0', undefined],
  ['amd64', 'linux', '5.15.167.4-microsoft-standard-WSL2', '2'],
] as const

/** Writes fields out in their order, leaving out the absent ones. */
export function write(fields: Fields, profile: VersionProfile): Written {
  const sent: { key: string; value: AnyValue }[] = []
  const stored: Record<string, StoredText> = {}
  const planted: string[] = []
  let excludes = false
  for (const [key, given] of Object.entries(fields)) {
    if (given === undefined) continue
    const field: Field = profile.numbersAsStrings ? asOldVersion(given) : given
    sent.push({ key, value: field.value })
    stored[key] = field.stored
    if (field.planted.length > 0) planted.push(...field.planted)
    excludes ||= field.excludes
  }
  return { sent, stored, planted, excludes }
}

/** One after the other; no key stands in both. */
export function concat(first: Written, second: Written): Written {
  return {
    sent: first.sent.concat(second.sent),
    stored: { ...first.stored, ...second.stored },
    planted: first.planted.concat(second.planted),
    excludes: first.excludes || second.excludes,
  }
}

/** The envelope of a session; `system` picks the machine. */
export function envelopeOf(profile: VersionProfile, context: WorkContext, person: Person, system: number): Envelope {
  const [arch, os, osVersion, wsl] = systems[system % systems.length] ?? systems[0]
  const userId = context.userId.includes('@') ? identity(context.userId) : string(context.userId)
  const custom: Fields = {
    'feature.id': string(context.featureId),
    'chapter.number': string(context.chapterNumber),
    'organization.id': string(context.organizationId),
    'git.branch': string(context.gitBranch),
    ...person.custom,
    // A person who puts an e-mail address into OTEL_RESOURCE_ATTRIBUTES as user.id has it on the resource too.
    'user.id': context.userId.includes('@') ? userId : undefined,
  }
  const machine: Fields = {
    'host.arch': string(arch),
    'os.type': string(os),
    'os.version': string(osVersion),
    'service.name': string('claude-code'),
    'service.version': string(profile.version),
    'wsl.version': wsl === undefined ? undefined : string(wsl),
  }
  const client: Fields = {
    ...person.account,
    'user.id': userId,
    'session.id': string(context.sessionId),
    'terminal.type': string(person.terminal),
  }
  return { resource: write({ ...custom, ...machine }, profile), common: write({ ...custom, ...client }, profile) }
}
