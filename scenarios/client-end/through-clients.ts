// The frame of scenarios with buffered exporters at the client's end: sessions in thirds, through clients that a scenario starts and ends.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Load } from '../../generators/batch.ts'
import { sessionsLoad } from '../../generators/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { aDayBefore, proven } from '../catalogue/define.ts'
import type { Proof } from '../proof.ts'
import type { Context, Outcome } from '../scenario.ts'
import { inThirds } from '../thirds.ts'
import { type ClientOptions, ClientProcess } from './client-process.ts'

/** A directory that goes with the scope. */
async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'telemetry-proof-buffer-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

function load(context: Context, sessions = 4) {
  return sessionsLoad({
    ...{ seed: context.seed, sessions, startMs: aDayBefore(context), spreadMs: 600_000, prompts: 2, batchSize: 40 },
  })
}

/** Sessions through buffered exporters, which a scenario starts and ends as it likes. */
export async function throughClients(
  context: Context,
  mark: string,
  work: (tools: {
    readonly proof: Proof
    readonly target: { readonly stack: Stack }
    readonly thirds: Load['batches'][]
    readonly options: ClientOptions
    /** Starts a client that ends with the scenario. */
    client(change?: Partial<ClientOptions>, env?: Readonly<Record<string, string>>): Promise<ClientProcess>
  }) => Promise<void>,
): Promise<Outcome> {
  const stack = await context.faultyStack()
  await using directory = await temporaryDirectory()
  const url = `http://${stack.endpoints.links?.otlpGrpc ?? stack.endpoints.otlpGrpc}`
  const options: ClientOptions = { url, directory: directory.path, retryBaseMs: 100, parkedRetryMs: 1_000 }
  return await proven(
    context,
    { mark, rules: { counters: false, maxAckMs: 3_000 } },
    async (proof) => {
      await using clients = new AsyncDisposableStack()
      const { batches, planted } = load(context)
      proof.ledger.plant(planted)
      const thirds = inThirds(batches)
      const client = async (change: Partial<ClientOptions> = {}, env = {}) =>
        clients.use(await ClientProcess.start({ ...options, ...change } as ClientOptions, env))
      await work({ proof, target: { stack }, thirds, options, client })
    },
    stack,
  )
}
