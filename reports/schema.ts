// The contract of report.json: what it holds, field by field. docs/contracts/report.schema.json is made from it.
import { z } from 'zod'
import { measurementSchema } from '../harness/judge/model/measurement.ts'
import { type TallyField, tallyFields, tallyMeanings } from '../harness/judge/model/tally.ts'

const count = (what: string) => z.int().min(0).describe(what)
const text = (what: string) => z.string().describe(what)
const durationMs = z.number().min(0).describe('How long it took, in milliseconds.')
const seed = z.int().describe('The seed that all randomness came from; the same seed gives the same input.')
const requirementIds = z.array(z.string().min(1)).describe('Ids of requirements, R1 to R18.')

const verdict = z
  .enum(['pass', 'fail', 'unknown', 'skipped'])
  .describe('unknown: could not be judged, never a pass. skipped: did not run; the reason is given.')

const tallyShape = Object.fromEntries(
  tallyFields.map((field) => [field, count(`${tallyMeanings[field].replace(/^./, (first) => first.toUpperCase())}.`)]),
) as Record<TallyField, ReturnType<typeof count>>

const tally = z
  .strictObject(tallyShape)
  .describe('Counts of events (log records and metric data points), by content and not by totals.')

const finding = z
  .strictObject({
    oracle: text('The name of the oracle that judged.'),
    verdict: z.enum(['pass', 'fail', 'unknown']).describe('What the oracle says.'),
    message: text('One line: what was judged and what was found.'),
    examples: z.array(z.string()).describe('Examples of what was wrong, one line each, at most ten.'),
  })
  .describe('What one oracle says about one scenario.')

const fault = z
  .strictObject({
    kind: text('What was broken: kill, latency, reset_peer and so on.'),
    stage: text('Where: client-collector, collector-clickhouse, collector, clickhouse, relay, client and so on.'),
    operation: z
      .enum(['at rest', 'sending', 'parking', 'delivering', 'inserting'])
      .describe('What was going on there.'),
    parameters: z
      .record(z.string(), z.union([z.number(), z.string()]))
      .describe('How hard; units are last in the names.'),
    effect: z.string().nullable().describe('What showed that it took effect; null when nothing did.'),
  })
  .describe('A fault that was injected.')

const side = z.strictObject({
  offered: count('Events that the policy keeps.'),
  missing: count('Those of them that no query sees at the end.'),
})

const sideBySide = z
  .strictObject({
    situation: text('What happened.'),
    proven: side.describe('This stack, with a relay at the client’s end.'),
    stock: side.describe('The collector’s defaults, and the official exporter alone.'),
  })
  .describe('One situation on both stacks.')

const scenario = z
  .strictObject({
    id: z.string().min(1).describe('The scenario’s name, as --only and replay take it.'),
    suite: z.string().min(1).describe('The suite it belongs to.'),
    title: text('The invariant, as a sentence.'),
    requirements: requirementIds,
    verdict,
    seed,
    durationMs,
    tally,
    findings: z.array(finding).describe('The evidence: one finding for each oracle.'),
    measurements: z.array(measurementSchema).describe('What was measured, in the order of measuring.'),
    examples: z.array(z.string()).describe('Examples of what was wrong, one line each.'),
    faults: z.array(fault).describe('The faults that were injected, in order.'),
    sideBySide: z
      .array(sideBySide)
      .describe('The same situations on the stock stack; empty unless the scenario compares.'),
    reason: text('Why it is not a pass; empty for a pass.'),
    replay: text('The command that runs this scenario again, alone, with the same seed.'),
  })
  .describe('The result of one scenario.')

const platform = z
  .strictObject({
    os: text('Operating system: linux, darwin or win32.'),
    arch: text('Processor architecture, for example x64 or arm64.'),
    kernel: text('Release of the kernel.'),
    wsl: z.literal([1, 2]).nullable().describe('1 or 2 inside the Windows Subsystem for Linux, else null.'),
    cpus: count('Logical processors.'),
    memoryBytes: count('Memory of the machine, in bytes.'),
    node: text('Version of Node.'),
  })
  .describe('The machine the run was made on.')

const runtime = z
  .strictObject({
    kind: z.enum(['embedded', 'docker', 'podman']).describe('How the stack was run.'),
    reason: text('Why this runtime was taken.'),
    components: z
      .array(
        z.strictObject({
          name: text('The component, for example clickhouse.'),
          version: text('The version that really ran.'),
          source: text('Where it came from: a path, PATH, the cache, a build, an image.'),
        }),
      )
      .describe('The real components of the stack.'),
  })
  .describe('How the stack was run, and what it was made of.')

const doctorFinding = z.strictObject({
  check: text('What was looked at.'),
  verdict: z.enum(['ok', 'warn', 'bad']).describe('bad: the stack cannot be expected to work.'),
  message: text('What was found.'),
  advice: text('What to do about it; empty when there is nothing to do.'),
})

const requirement = z.strictObject({
  id: z.string().min(1).describe('Id of the requirement, R1 to R18.'),
  verdict: z
    .enum(['pass', 'partly', 'fail', 'unknown', 'skipped'])
    .describe('As of a scenario. partly: all that ran passed, and some that would prove it were skipped.'),
  scenarios: z.array(z.string()).describe('Ids of the scenarios that prove it.'),
  notProven: text('The part of it that no scenario of this run looks at; empty when all of it is covered.'),
})

const usage = z
  .strictObject({
    samples: z
      .array(
        z.strictObject({
          atMs: z.number().describe('Milliseconds since the run began.'),
          service: text('The service whose use it is.'),
          cpuCores: z.number().describe('CPU in cores (1 = one core fully used) since the sample before.'),
          memoryBytes: z.number().describe('Memory in use, in bytes.'),
        }),
      )
      .describe('Samples, in the order of time.'),
    limits: z
      .array(
        z.strictObject({
          service: text('The service the limit is for.'),
          cpuCores: z.number().nullable().describe('Limit in cores; null when there is none.'),
          memoryBytes: z.number().nullable().describe('Limit in bytes; null when there is none.'),
          enforced: z.boolean().describe('Whether this runtime enforces the limit, or only shows it.'),
        }),
      )
      .describe('The limits of stack/compose.yaml.'),
    storage: z
      .array(
        z.strictObject({
          kind: z.enum(['image', 'volume']).describe('What takes the disk.'),
          name: text('The image, or the volume as stack/compose.yaml names it.'),
          bytes: count('Disk in bytes, at the end of the run.'),
        }),
      )
      .describe('Disk that images and volumes took; empty where the stack runs in no containers.'),
  })
  .describe('Resource use of the services, beside their limits.')

const series = z
  .strictObject({
    name: text('What it is a figure of.'),
    unit: z.enum(['events', 'events/s', 'ms', 'bytes', 'parts']).describe('Of its values and its limit.'),
    limit: z.number().nullable().describe('What it is held to; null when there is no such limit.'),
    points: z
      .array(
        z.strictObject({
          atMs: z.number().min(0).describe('Milliseconds since the soak began to send.'),
          value: z.number().nullable().describe('Null where nobody told it.'),
        }),
      )
      .describe('In the order of time; of a long soak several samples are one point, which has the highest of them.'),
  })
  .describe('A figure over time.')

export const reportSchema = z
  .strictObject({
    schemaVersion: z.literal(7).describe('Rises when a field is added, changes its meaning or goes away.'),
    runId: z.string().min(1).describe('The run’s name, which is also its directory under runs/.'),
    seed,
    profile: z.enum(['smoke', 'standard', 'full']).describe('How much was run.'),
    startedAt: z.iso.datetime().describe('When the run began: ISO 8601, UTC.'),
    clock: z.iso.datetime().describe('The time that all data was shifted to: the same seed and clock store the same.'),
    durationMs,
    verdict,
    platform,
    runtime,
    doctor: z.array(doctorFinding).describe('What the doctor found on this machine.'),
    scenarios: z.array(scenario).describe('Every scenario, in the order of running.'),
    faultKinds: z
      .array(
        z.strictObject({
          kind: text('The kind’s name.'),
          stages: z.array(z.string().min(1)).describe('The links and processes where it can be injected.'),
        }),
      )
      .describe('The faults that there are, tried or not.'),
    requirements: z.array(requirement).describe('What the run says about each requirement it touches.'),
    usage,
    series: z.array(series).describe('Figures of a soak over time; empty for every other run.'),
  })
  .describe('The result of one run of the proof (report.json).')

/** The text of docs/contracts/report.schema.json (JSON Schema, draft 2020-12). */
export function renderJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(reportSchema)
  return `${JSON.stringify({ $schema, title: 'Telemetry Proof report', ...rest }, null, 2)}\n`
}
