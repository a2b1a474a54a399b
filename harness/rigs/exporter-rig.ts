// The rig of scenarios with buffered exporters at the client's end: sessions in phases, through clients that a scenario starts and ends.
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import type { Batch } from '../../generators/batch.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import type { Experiment } from '../experiment/experiment.ts'
import { runExperiment } from '../experiment/experiment.ts'
import type { Target } from '../faults/target.ts'
import { type ClientOptions, ClientProcess } from '../processes/client-process.ts'
import type { Context, Outcome } from '../scenario.ts'
import { type Phases, splitPhases } from './phases.ts'

function load(context: Context, sessions = 4) {
  return sessionsLoad({
    seed: context.seed,
    sessions,
    startMs: context.dataStartMs,
    spreadMs: 600_000,
    prompts: 2,
    batchSize: 40,
  })
}

export interface ExporterRig {
  readonly experiment: Experiment
  readonly target: Target
  readonly phases: Phases<Batch>
  readonly options: ClientOptions
  /** Starts a client that ends with the scenario. */
  client(env?: Readonly<Record<string, string>>): Promise<ClientProcess>
}

/** Sessions through buffered exporters, which a scenario starts and ends as it likes. */
export async function throughClients(
  context: Context,
  mark: string,
  work: (rig: ExporterRig) => Promise<void>,
): Promise<Outcome> {
  const stack = await context.faultyStack()
  await using directory = await temporaryDirectory('buffer')
  const url = `http://${stack.endpoints.links?.otlpGrpc ?? stack.endpoints.otlpGrpc}`
  const quick = { retryBaseMs: 100, parkedRetryMs: 1_000 }
  const options: ClientOptions = { url, directory: directory.path, salt: stack.salt, ...quick }
  return await runExperiment(
    context,
    { mark, rules: { counters: false, maxAckMs: 3_000 } },
    async (experiment) => {
      await using clients = new AsyncDisposableStack()
      const { batches, planted } = load(context)
      experiment.ledger.plant(planted)
      const phases = splitPhases(batches)
      const client = async (env = {}) => clients.use(await ClientProcess.start(options, env))
      await work({ experiment, target: { stack }, phases, options, client })
    },
    stack,
  )
}
