// What each requirement asks, in one plain sentence, so that a report can be read without the specification.

/** From `R1` to `R18`, in that order. */
export const requirementTexts: ReadonlyMap<string, string> = new Map([
  [
    'R1',
    'A collector receives OTLP and ClickHouse stores it, all of it local: no published port is open to the network.',
  ],
  [
    'R2',
    'One Compose file describes the whole stack with its health checks and limits, and it fits a machine with 4 GB of memory.',
  ],
  [
    'R3',
    'The collector limits its memory, sanitizes, samples whole sessions, batches, and queues on disk before it exports; metrics can go to Prometheus instead.',
  ],
  ['R4', 'Past one machine the way leads to Kubernetes and a clustered ClickHouse.'],
  ['R5', 'Every event and metric of the Claude Code CLI is taken exactly as the client sends it.'],
  ['R6', 'Every event carries its session, user and chapter, and the rules say which value wins where two disagree.'],
  ['R7', 'Events land in typed columns; unknown attributes are kept, and a missing value is NULL and never 0.'],
  ['R8', 'A catalogue of queries answers what a team asks, and each of them gives the right numbers.'],
  ['R9', 'Sample datasets from the generator can be loaded in the usual formats.'],
  [
    'R10',
    'The client’s end buffers in memory and then in a file, retries with back-off, and delivers what was parked.',
  ],
  ['R11', 'The same buffer runs as a local relay, for clients that can load no exporter of ours.'],
  ['R12', 'No acknowledged event is lost when processes are killed, networks fail, or disks are full.'],
  ['R13', 'Keys, addresses, phone numbers and names are masked or hashed, and excluded paths leave no trace.'],
  [
    'R14',
    'One policy file is enforced at the client’s end, at the collector and in the database, and what was filtered can be counted.',
  ],
  ['R15', 'One command says whether the platform holds on this machine, and what to do where it does not.'],
  ['R16', 'The proof runs on macOS, Linux and WSL in CI, and the reports merge into one.'],
  ['R17', 'The guarantees hold under high volume for a long time.'],
  [
    'R18',
    'The documents say how to start, what is collected, how to ask for it, how to switch it off, and under which licences.',
  ],
])

/** What the requirement asks; for an id that is not in the specification, a sentence that says so. */
export function requirementText(id: string): string {
  return requirementTexts.get(id) ?? 'Not a requirement of the specification.'
}
