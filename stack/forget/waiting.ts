// What has been acknowledged on this machine and is not in ClickHouse yet: in the collector's queue, in relays, in their files.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseFileName } from '../client/buffer/file-names.ts'
import { standardDirectory } from '../client/relay/relay-options.ts'
import { readRelayStatus } from '../client/relay/status.ts'
import { relayByItself } from '../daily/other-relay.ts'
import { observeQueue, renderQueue } from '../daily/queue.ts'
import { serviceLog } from '../daily/service-log.ts'
import type { DailyState } from '../daily/state.ts'

const ANSWER_MS = 3_000
/** Short: whoever waits looks again. */
const WATCH_MS = 500

export interface WaitingSources {
  /** Where the collector's counters are. */
  readonly collectorMetrics: string
  readonly collectorLog: () => Promise<readonly string[]>
  /** `http://host:port` of each relay that must answer. */
  readonly relays: readonly string[]
  /** Directories of relays, whether one runs or not. */
  readonly buffers: readonly string[]
}

export interface Waiting {
  /** What moves by itself, or will when something is mended; one clause each. */
  readonly waits: readonly string[]
  /** What stays until a person does something about it; one clause each. */
  readonly stays: readonly string[]
}

/** All that is known on this machine of the daily stack. */
export async function sourcesOf(state: DailyState): Promise<WaitingSources> {
  const other = state.relay ? null : await relayByItself()
  const relays = state.relay ? [state.relay.otlpHttp] : other ? [other.url] : []
  return {
    collectorMetrics: state.endpoints.collectorMetrics,
    collectorLog: () => serviceLog(state, 'otel-collector'),
    relays,
    buffers: [standardDirectory()],
  }
}

/** Two empty lists when there is nothing. */
export async function whatWaits(sources: WaitingSources): Promise<Waiting> {
  const relays = await Promise.all(sources.relays.map(inRelay))
  const buffers = [...new Set([...sources.buffers, ...relays.flatMap(({ directory }) => directory)])]
  const files = await Promise.all(buffers.map(inFiles))
  const queue = await inQueue(sources)
  return {
    waits: [...relays.flatMap(({ waits }) => waits), ...files.flatMap(({ waits }) => waits), ...queue],
    stays: files.flatMap(({ stays }) => stays),
  }
}

async function inQueue({ collectorMetrics, collectorLog }: WaitingSources): Promise<string[]> {
  const counters = () =>
    fetch(collectorMetrics, { signal: AbortSignal.timeout(ANSWER_MS) })
      .then((response) => response.text())
      .catch(() => undefined)
  const queue = await observeQueue({ counters, log: collectorLog, watchMs: WATCH_MS })
  if (queue === undefined) return ['the collector does not answer, so nobody knows what its queue holds']
  return queue.waiting === 0 ? [] : [`in the collector's queue ${renderQueue(queue)}`]
}

async function inRelay(url: string): Promise<{ readonly waits: string[]; readonly directory: string[] }> {
  const status = await readRelayStatus(url, ANSWER_MS).catch(() => undefined)
  if (status === undefined)
    return { waits: [`the relay on ${url} does not answer, so nobody knows what it holds`], directory: [] }
  const { parked, inMemoryEvents, lastFailure, directory } = status.buffer
  const why = lastFailure === '' ? '' : ` (${lastFailure})`
  return {
    waits: [
      ...(parked.files > 0 ? [`in the buffer of the relay on ${url} wait ${parked.bytes} bytes${why}`] : []),
      ...(inMemoryEvents > 0 ? [`${inMemoryEvents} events are on their way through the relay on ${url}`] : []),
    ],
    directory: [directory],
  }
}

/** By file: also what an ended process has left, which no relay counts. */
async function inFiles(directory: string): Promise<Waiting> {
  const names = await readdir(directory).catch(() => [])
  const found = await Promise.all(
    names.map(async (name) => {
      const kind = parseFileName(name.replace(/\.new$/, ''))?.kind
      const size = (await stat(join(directory, name)).catch(() => undefined))?.size ?? 0
      return kind === undefined || size === 0 ? [] : [kind]
    }),
  )
  const kinds = found.flat()
  const count = (kind: string) => kinds.filter((each) => each === kind).length
  const files = (many: number, what: string) => `${many} ${what}${many === 1 ? '' : 's'} in ${directory}`
  const [parked, letters, damaged] = [count('parked'), count('refused'), count('damaged')]
  return {
    waits: parked > 0 ? [`${files(parked, 'file')} wait${parked === 1 ? 's' : ''} for a relay to deliver them`] : [],
    stays: [
      ...(letters > 0 ? [`${files(letters, 'file')} of dead letters, which are never delivered`] : []),
      ...(damaged > 0 ? [`${files(damaged, 'file')} of damaged lines, which are never delivered`] : []),
    ],
  }
}
