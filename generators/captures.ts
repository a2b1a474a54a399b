// Recorded telemetry of the real client as a load, moved to the run's clock.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { isLogsRequest, type OtlpRequest } from '../core/otlp/otlp.ts'
import { otlpRequest } from '../core/otlp/request.ts'
import { seededUuid } from '../core/random.ts'
import type { Batch, Load } from './batch.ts'
import { expectedOf, type PlantedTable } from './expected.ts'
import { attributeValues, recordTimes, shiftCapture } from './rebase-capture.ts'

export const captureNames = [
  'tools-grpc',
  'tools-http-protobuf',
  'gates-off',
  'api-error',
  'denied-tool',
  'long',
] as const
export type CaptureName = (typeof captureNames)[number]

export interface CaptureOptions {
  /** Where the capture's first record comes to stand: milliseconds since the epoch, whole. */
  readonly shiftToMs: number
  /** Gives the replay its own session.id, so that several replays can live in one database. */
  readonly seed: number
}

const directory = new URL('./fixtures/captures/', import.meta.url)
const plantedEntry = z.union([
  z.strictObject({ private: z.string().min(1), stored: z.string() }),
  z.strictObject({ private: z.string().min(1), fate: z.literal('exclude') }),
])

/** A capture moved in time, under a new session.id; nothing else is changed. Distances are kept to the nanosecond. */
export async function loadCapture(name: CaptureName, options: CaptureOptions): Promise<Load> {
  const recorded = (await readCapture(name)).map(({ request }) => request)
  const [firstNano = 0n] = recorded.flatMap(recordTimes).sort((a, b) => Number(a - b))
  const shiftNano = BigInt(options.shiftToMs) * 1_000_000n - firstNano
  const sessionIds = new Map(
    sessionsOf(recorded).map((id, index) => [id, seededUuid(options.seed, `capture/${name}/${index}`)]),
  )
  return loadOf(recorded.map((request) => ({ request: shiftCapture(request, { shiftNano, sessionIds }) })))
}

/** A capture exactly as it was recorded, with the JSON text of each request. Its times are in the past or the future. */
export async function loadRawCapture(name: CaptureName): Promise<Load> {
  return loadOf(await readCapture(name))
}

/** What is private in the captures, as found by reading them. */
export async function readPlanted(): Promise<{ readonly table: PlantedTable; readonly texts: readonly string[] }> {
  const entries = z.array(plantedEntry).parse(JSON.parse(await readFile(new URL('planted.json', directory), 'utf8')))
  const replaced = new Map(
    entries.flatMap((entry) => ('stored' in entry ? [[entry.private, entry.stored] as const] : [])),
  )
  const excluded = entries.flatMap((entry) => ('fate' in entry ? [entry.private] : []))
  return { table: { replaced, excluded }, texts: entries.map((entry) => entry.private) }
}

async function readCapture(name: CaptureName): Promise<{ request: OtlpRequest; json: string }[]> {
  const text = await readFile(new URL(`${name}.otlp.jsonl`, directory), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((json) => ({ request: otlpRequest(JSON.parse(json), `capture ${name}`), json }))
}

async function loadOf(requests: readonly { readonly request: OtlpRequest; readonly json?: string }[]): Promise<Load> {
  const { table, texts } = await readPlanted()
  const batches = requests.map(
    ({ request, ...json }): Batch => ({
      signal: isLogsRequest(request) ? 'logs' : 'metrics',
      request,
      expected: expectedOf(request, table),
      ...json,
    }),
  )
  const all = JSON.stringify(requests.map(({ request }) => request))
  const sent = texts.filter((text) => all.includes(text))
  return { batches, planted: sent, sessionIds: sessionsOf(requests.map(({ request }) => request)) }
}

function sessionsOf(requests: readonly OtlpRequest[]): string[] {
  return [...new Set(requests.flatMap((request) => attributeValues(request, 'session.id')))]
}
